#include "codec/job_json.hpp"

#include <cmath>

#include "base/clock.hpp"
#include "codec/domain_objects.hpp"

namespace platen::codec {

namespace {

OrderedJson time_or_null(const std::optional<TimePoint>& time) {
  return time ? OrderedJson(rfc3339(*time)) : OrderedJson();
}

/// What clients see of an artifact, besides its link.
OrderedJson artifact_object(const Artifact& artifact) {
  OrderedJson object;
  object["bytes"] = artifact.bytes;
  object["pages"] = artifact.pages;
  object["rows"] = artifact.rows;
  object["sha256"] = artifact.sha256;
  object["filename"] = artifact.filename;
  object["replaced_bytes"] = artifact.replaced_bytes;
  object["skipped_rows"] = artifact.skipped_rows;
  object["missing_glyphs"] = artifact.missing_glyphs;
  return object;
}

OrderedJson progress_or_null(const Job& job) { return job.progress ? progress_object(*job.progress) : OrderedJson(); }
OrderedJson error_or_null(const Job& job) { return job.error ? shown_error(*job.error) : OrderedJson(); }

OrderedJson links_object(const Job& job, const JobView& view) {
  const std::string self = view.public_url + "/v1/jobs/" + job.id.text;
  return {{"self", self},
          {"events", self + "/events" + view.events_query},
          {"cancel", self + "/cancel"},
          {"result", self + "/result"},
          {"request", self + "/request"}};
}

OrderedJson result_or_null(const Job& job, const JobView& view) {
  if (job.state != JobState::succeeded || !job.artifact) return {};
  OrderedJson result;
  result["url"] = view.public_url + (view.link ? view.link->path : "/v1/jobs/" + job.id.text + "/result");
  result["expires_at"] = view.link ? OrderedJson(rfc3339(view.link->expires_at)) : OrderedJson();
  result.update(artifact_object(*job.artifact));
  return result;
}

}  // namespace

OrderedJson job_object(const Job& job, const JobView& view) {
  OrderedJson object;
  object["id"] = job.id.text;
  object["title"] = job.title;
  object["status"] = name_of(job.state);
  object["priority"] = name_of(job.priority);
  object["seq"] = job.seq;
  object["progress"] = progress_or_null(job);
  object["attempt"] = job.attempt;
  object["max_attempts"] = job.max_attempts;
  object["created_at"] = rfc3339(job.created_at);
  object["started_at"] = time_or_null(job.started_at);
  object["ended_at"] = time_or_null(job.ended_at);
  object["queue_position"] = job.queue_position ? OrderedJson(*job.queue_position) : OrderedJson();
  object["error"] = error_or_null(job);
  object["result"] = result_or_null(job, view);
  object["tags"] = OrderedJson::object();
  for (const auto& [name, value] : job.tags) object["tags"][name] = value;
  object["request_id"] = job.request_id;
  object["links"] = links_object(job, view);
  return object;
}

OrderedJson progress_object(const Progress& progress) {
  OrderedJson object;
  object["stage"] = name_of(progress.stage);
  object["done"] = progress.done;
  object["total"] = progress.total;
  object["percent"] = std::round(progress.percent * 10) / 10;
  object["pages"] = progress.pages;
  object["eta_ms"] = progress.eta ? OrderedJson(progress.eta->count()) : OrderedJson();
  return object;
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

std::string encode_progress(const Progress& progress) { return dump(progress_object(progress)); }

Result<Progress> decode_progress(std::string_view json) { return parse_own(json).and_then(progress_from); }

std::string encode_artifact(const Artifact& artifact) {
  OrderedJson object;
  object["artifact"] = artifact.name;
  object.update(artifact_object(artifact));
  return dump(object);
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

std::string encode_error(const Error& error) { return dump(error_object(error)); }

Result<Error> decode_error(std::string_view json) { return parse_own(json).and_then(error_from); }

std::string encode_tags(const std::map<std::string, std::string>& tags) { return dump(Json(tags)); }

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

std::string encode_job(const Job& job, const JobView& view) { return dump(job_object(job, view)); }

std::string encode_jobs(const std::vector<Job>& jobs, const std::optional<std::string>& next_cursor,
                        const JobView& view) {
  const JobView unsigned_view{view.public_url, {}, {}};
  OrderedJson page;
  page["data"] = OrderedJson::array();
  for (const Job& job : jobs) page["data"].push_back(job_object(job, unsigned_view));
  page["next_cursor"] = next_cursor ? OrderedJson(*next_cursor) : OrderedJson();
  return dump(page);
}

std::string encode_snapshot(const Job& job) {
  OrderedJson object;
  object["job"] = job.id.text;
  object["seq"] = job.seq;
  object["status"] = name_of(job.state);
  object["attempt"] = job.attempt;
  object["progress"] = progress_or_null(job);
  if (job.error) object["error"] = shown_error(*job.error);
  if (job.state == JobState::succeeded && job.artifact) object["result"] = artifact_object(*job.artifact);
  // The last moment that is known of: progress carries none of its own.
  object["at"] = rfc3339(job.ended_at.value_or(job.started_at.value_or(job.created_at)));
  return dump(object);
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
