#include "codec/redrive_json.hpp"

#include <utility>

#include "codec/body_reader.hpp"
#include "codec/fields.hpp"

namespace platen::codec {

namespace {

std::vector<JobId> check_jobs(const Json& names, Fields& fields) {
  std::vector<JobId> jobs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto id = names[i].is_string() ? parse_job_id(names[i].get<std::string>()) : std::nullopt;
    if (id)
      jobs.push_back(*std::move(id));
    else
      fields.problems().add(pointer_to(fields.pointer("jobs"), i), "This is no job's id; those look like 'job_…'.");
  }
  return jobs;
}

}  // namespace

Result<std::optional<std::vector<JobId>>> decode_redrive(std::string_view text) {
  Problems problems;
  const auto body = read_body(text, problems);
  if (!body) return fail(body.error());
  Fields fields(body->root, "", problems);
  std::optional<std::vector<JobId>> jobs;
  if (const Json* const names = fields.take_array("jobs", most_redriven)) jobs = check_jobs(*names, fields);
  const bool all = fields.take_flag("all").value_or(false);
  if (problems.empty() && all == jobs.has_value())
    problems.add("", R"(Give either {"jobs":["job_…"]} or {"all":true}.)");
  fields.finish();
  if (problems.empty()) return jobs;
  Error error = problems.error();
  error.code = Errc::invalid_request;
  return fail(std::move(error));
}

std::string encode_redriven(const std::vector<JobId>& jobs) {
  OrderedJson object;
  object["redriven"] = jobs.size();
  object["jobs"] = OrderedJson::array();
  for (const JobId& job : jobs) object["jobs"].push_back(job.text);
  return dump(object);
}

}  // namespace platen::codec
