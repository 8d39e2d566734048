#include "codec/client_json.hpp"

#include "base/clock.hpp"
#include "codec/domain_objects.hpp"

namespace platen::codec {

namespace {

RemoteResult result_from(const OrderedJson& object) {
  return {.url = text_in(object, "url"),
          .bytes = count_in(object, "bytes"),
          .pages = count_in(object, "pages"),
          .rows = count_in(object, "rows"),
          .filename = text_in(object, "filename"),
          .replaced_bytes = count_in(object, "replaced_bytes"),
          .skipped_rows = count_in(object, "skipped_rows"),
          .missing_glyphs = count_in(object, "missing_glyphs")};
}

Result<RemoteJob> job_from(const OrderedJson& object) {
  const auto status = job_state_from(text_in(object, "status"));
  RemoteJob job;
  job.id = text_in(object, object.contains("job") ? "job" : "id");
  if (!status || job.id.empty()) return fail(Errc::invalid_request, "This is not a job.");
  job.title = text_in(object, "title");
  job.status = *status;
  job.attempt = static_cast<std::uint32_t>(count_in(object, "attempt"));
  job.max_attempts = static_cast<std::uint32_t>(count_in(object, "max_attempts"));
  if (const auto progress = object.find("progress"); progress != object.end() && progress->is_object()) {
    auto decoded = progress_from(*progress);
    if (decoded) job.progress = *decoded;
  }
  if (const auto position = integer_in(object, "queue_position"))
    job.queue_position = static_cast<std::uint64_t>(*position);
  if (const auto error = object.find("error"); error != object.end() && error->is_object())
    job.error = error_from(*error).value();
  if (const auto result = object.find("result"); result != object.end() && result->is_object())
    job.result = result_from(*result);
  if (const auto tags = object.find("tags"); tags != object.end() && tags->is_object())
    for (const auto& [name, value] : tags->items())
      if (value.is_string()) job.tags[name] = value.get<std::string>();
  job.at = parse_rfc3339(text_in(object, object.contains("at") ? "at" : "created_at"));
  job.json = dump(object);
  return job;
}

/// The named object within `parent`, made if it is missing.
OrderedJson& object_in(OrderedJson& parent, const char* name) {
  OrderedJson& member = parent[name];
  if (!member.is_object()) member = OrderedJson::object();
  return member;
}

void put_choices(const JobChoices& choices, OrderedJson& request) {
  const auto put = [&request](const char* name, const auto& value) { object_in(request, "options")[name] = value; };
  if (!choices.priority.empty()) put("priority", choices.priority);
  if (choices.delay_seconds) put("delay_seconds", *choices.delay_seconds);
  if (!choices.not_before.empty()) put("not_before", choices.not_before);
  if (!choices.group.empty()) put("group", choices.group);
  if (choices.expiry_seconds) put("expiry_seconds", *choices.expiry_seconds);
  if (!choices.dedupe.empty()) put("dedupe", choices.dedupe);
  for (const auto& [name, value] : choices.tags) object_in(object_in(request, "options"), "tags")[name] = value;
}

}  // namespace

Result<RemoteJob> decode_job(std::string_view json) { return parse_own(json).and_then(job_from); }

Result<RemoteJobs> decode_jobs(std::string_view json) {
  const auto page = parse_own(json);
  if (!page) return fail(page.error());
  const auto data = page->find("data");
  if (data == page->end() || !data->is_array()) return fail(Errc::invalid_request, "This is not a list of jobs.");
  RemoteJobs jobs;
  for (const OrderedJson& entry : *data) {
    auto job = job_from(entry);
    if (!job) return fail(job.error());
    jobs.jobs.push_back(std::move(*job));
  }
  if (const std::string cursor = text_in(*page, "next_cursor"); !cursor.empty()) jobs.next_cursor = cursor;
  return jobs;
}

Result<std::uint64_t> decode_redriven(std::string_view json) {
  return parse_own(json).map([](const OrderedJson& object) { return count_in(object, "redriven"); });
}

Result<Error> decode_problem(std::string_view json) {
  const auto problem = parse_own(json);
  if (!problem) return fail(problem.error());
  if (text_in(*problem, "code").empty()) return fail(Errc::invalid_request, "This is not a problem document.");
  return error_from(*problem);
}

Result<std::string> encode_request(const ReportChoices& choices) {
  OrderedJson request = OrderedJson::object();
  if (!choices.request.empty()) {
    OrderedJson given = OrderedJson::parse(choices.request, nullptr, /*allow_exceptions=*/false);
    if (!given.is_object()) return fail(Errc::invalid_request, "the report is not a JSON object");
    if (given.contains("report"))
      request = std::move(given);
    else
      request["report"] = std::move(given);
  }
  OrderedJson& report = object_in(request, "report");
  if (!choices.title.empty()) report["title"] = choices.title;
  if (!choices.subtitle.empty()) report["subtitle"] = choices.subtitle;
  if (!choices.orientation.empty()) object_in(report, "page")["orientation"] = choices.orientation;
  if (!report.contains("title") && !choices.fallback_title.empty()) report["title"] = choices.fallback_title;
  if (!report.contains("title")) return fail(Errc::invalid_request, "the report has no title");
  put_choices(choices.job, request);
  return dump(request);
}

std::string encode_texts(const std::vector<std::pair<std::string, std::string>>& members) {
  return object_text([&](ObjectText& object) {
    for (const auto& [name, value] : members) object.put(name, value);
  });
}

std::string encode_complaint(const Error& error, std::string_view subject) {
  return object_text([&](ObjectText& object) {
    put_members(object, error);
    if (!subject.empty()) object.put("subject", subject);
  });
}

}  // namespace platen::codec
