#include "codec/job_json.hpp"

#include <cmath>

#include "base/clock.hpp"
#include "codec/domain_objects.hpp"

namespace platen::codec {

namespace {

void put_time(ObjectText& object, std::string_view name, const std::optional<TimePoint>& time) {
  time ? object.put(name, rfc3339(*time)) : object.put_null(name);
}

/// What clients see of an artifact, besides its link.
void put_members(ObjectText& object, const Artifact& artifact) {
  object.put("bytes", artifact.bytes);
  object.put("pages", artifact.pages);
  object.put("rows", artifact.rows);
  object.put("sha256", artifact.sha256);
  object.put("filename", artifact.filename);
  object.put("replaced_bytes", artifact.replaced_bytes);
  object.put("skipped_rows", artifact.skipped_rows);
  object.put("missing_glyphs", artifact.missing_glyphs);
}

void put_progress(ObjectText& object, const Job& job) {
  if (!job.progress) return object.put_null("progress");
  ObjectText progress(object.value("progress"));
  put_members(progress, *job.progress);
}

void put_error(ObjectText& object, const Job& job) {
  if (!job.error) return object.put_null("error");
  ObjectText error(object.value("error"));
  put_members(error, ShownError{*job.error});
}

void put_members(ObjectText& object, const std::map<std::string, std::string>& tags) {
  for (const auto& [name, value] : tags) object.put(name, value);
}

void put_tags(ObjectText& object, const Job& job) {
  ObjectText tags(object.value("tags"));
  put_members(tags, job.tags);
}

std::string path_of(const Job& job, const JobView& view) { return view.public_url + "/v1/jobs/" + job.id.text; }

void put_links(ObjectText& object, const Job& job, const JobView& view) {
  const std::string self = path_of(job, view);
  ObjectText links(object.value("links"));
  links.put("self", self);
  links.put("events", self + "/events" + view.events_query);
  links.put("cancel", self + "/cancel");
  links.put("result", self + "/result");
  links.put("request", self + "/request");
}

void put_result(ObjectText& object, const Job& job, const JobView& view) {
  if (job.state != JobState::succeeded || !job.artifact) return object.put_null("result");
  ObjectText result(object.value("result"));
  result.put("url", view.link ? view.public_url + view.link->path : path_of(job, view) + "/result");
  put_time(result, "expires_at", view.link ? std::optional(view.link->expires_at) : std::nullopt);
  put_members(result, *job.artifact);
}

void put_jobs(ObjectText& page, const std::vector<Job>& jobs, const JobView& view) {
  ArrayText data(page.value("data"));
  for (const Job& job : jobs) {
    ObjectText object(data.element());
    put_members(object, job, view);
  }
}

}  // namespace

void put_members(ObjectText& object, const Job& job, const JobView& view) {
  object.put("id", job.id.text);
  object.put("title", job.title);
  object.put("status", name_of(job.state));
  object.put("priority", name_of(job.priority));
  object.put("seq", job.seq);
  put_progress(object, job);
  object.put("attempt", job.attempt);
  object.put("max_attempts", job.max_attempts);
  object.put("created_at", rfc3339(job.created_at));
  put_time(object, "started_at", job.started_at);
  put_time(object, "ended_at", job.ended_at);
  object.put("queue_position", job.queue_position);
  put_error(object, job);
  put_result(object, job, view);
  put_tags(object, job);
  object.put("request_id", job.request_id);
  put_links(object, job, view);
}

void put_members(ObjectText& object, const Progress& progress) {
  object.put("stage", name_of(progress.stage));
  object.put("done", progress.done);
  object.put("total", progress.total);
  object.put("percent", std::round(progress.percent * 10) / 10);
  object.put("pages", progress.pages);
  object.put("eta_ms", progress.eta ? std::optional(progress.eta->count()) : std::nullopt);
}

Result<Progress> progress_from(const OrderedJson& object) {
  const auto stage = stage_from(text_in(object, "stage"));
  if (!stage) return fail(Errc::invalid_request, "This is not a job's progress.");
  Progress progress{.stage = *stage,
                    .done = count_in(object, "done"),
                    .total = count_in(object, "total"),
                    .percent = number_in(object, "percent"),
                    .pages = count_in(object, "pages"),
                    .eta = {}};
  if (const auto eta = integer_in(object, "eta_ms")) progress.eta = std::chrono::milliseconds(*eta);
  return progress;
}

std::string encode_progress(const Progress& progress) {
  return object_text([&](ObjectText& object) { put_members(object, progress); });
}

Result<Progress> decode_progress(std::string_view json) { return parse_own(json).and_then(progress_from); }

std::string encode_artifact(const Artifact& artifact) {
  return object_text([&](ObjectText& object) {
    object.put("artifact", artifact.name);
    put_members(object, artifact);
  });
}

Result<Artifact> decode_artifact(std::string_view json) {
  const auto object = parse_own(json);
  if (!object) return fail(object.error());
  Artifact artifact{.name = text_in(*object, "artifact"),
                    .bytes = count_in(*object, "bytes"),
                    .pages = count_in(*object, "pages"),
                    .rows = count_in(*object, "rows"),
                    .sha256 = text_in(*object, "sha256"),
                    .filename = text_in(*object, "filename"),
                    .replaced_bytes = count_in(*object, "replaced_bytes"),
                    .skipped_rows = count_in(*object, "skipped_rows"),
                    .missing_glyphs = count_in(*object, "missing_glyphs")};
  if (artifact.name.empty()) return fail(Errc::invalid_request, "This is not a job's result.");
  return artifact;
}

Result<Error> error_from(const OrderedJson& object) {
  Error error{errc_from(text_in(object, "code")), text_in(object, "detail"), {}};
  if (const auto fields = object.find("errors"); fields != object.end() && fields->is_array()) {
    for (const OrderedJson& field : *fields)
      error.fields.push_back({text_in(field, "pointer"), text_in(field, "detail")});
  }
  return error;
}

std::string encode_error(const Error& error) {
  return object_text([&](ObjectText& object) { put_members(object, error); });
}

Result<Error> decode_error(std::string_view json) { return parse_own(json).and_then(error_from); }

std::string encode_tags(const std::map<std::string, std::string>& tags) {
  return object_text([&](ObjectText& object) { put_members(object, tags); });
}

Result<std::map<std::string, std::string>> decode_tags(std::string_view json) {
  const auto object = parse_own(json);
  if (!object) return fail(object.error());
  std::map<std::string, std::string> tags;
  for (const auto& [name, value] : object->items()) {
    if (!value.is_string()) return fail(Errc::invalid_request, "A tag's value is text.");
    tags.emplace(name, value.get<std::string>());
  }
  return tags;
}

std::string encode_job(const Job& job, const JobView& view) {
  return object_text([&](ObjectText& object) { put_members(object, job, view); });
}

std::string encode_jobs(const std::vector<Job>& jobs, const std::optional<std::string>& next_cursor,
                        const JobView& view) {
  return object_text([&](ObjectText& page) {
    put_jobs(page, jobs, {view.public_url, {}, {}});
    page.put("next_cursor", next_cursor);
  });
}

std::string encode_snapshot(const Job& job) {
  return object_text([&](ObjectText& object) {
    object.put("job", job.id.text);
    object.put("seq", job.seq);
    object.put("status", name_of(job.state));
    object.put("attempt", job.attempt);
    put_progress(object, job);
    if (job.error) put_error(object, job);
    if (job.state == JobState::succeeded && job.artifact) {
      ObjectText result(object.value("result"));
      put_members(result, *job.artifact);
    }
    // The last moment that is known of: progress carries none of its own.
    object.put("at", rfc3339(job.ended_at.value_or(job.started_at.value_or(job.created_at))));
  });
}

Result<std::string> with_link(std::string_view event_data, const SignedLink& link, std::string_view public_url) {
  auto event = parse_own(event_data);
  if (!event) return fail(event.error());
  const auto stored = event->find("result");
  if (stored == event->end() || !stored->is_object())
    return fail(Errc::invalid_request, "This is not the event of a job that succeeded.");
  OrderedJson result;
  result["url"] = std::string(public_url) + link.path;
  result["expires_at"] = rfc3339(link.expires_at);
  for (const auto& [name, value] : stored->items())
    if (name != "artifact") result[name] = value;
  *stored = std::move(result);
  return dump(*event);
}

}  // namespace platen::codec
