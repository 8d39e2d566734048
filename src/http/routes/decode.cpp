#include "http/routes/decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/nearest.hpp"
#include "codec/job_json.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::size_t longest_shown_name = 40;
constexpr std::uint32_t most_jobs_a_page = 200;

/// `q=0`, in any number of digits: "not this one" (RFC 9110, section 12.4.2).
bool is_refused(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = trim(parameters.substr(0, parameters.find(';')));
    parameters.remove_prefix(std::min(parameters.find(';'), parameters.size() - 1) + 1);
    if (parameter.size() > 2 && lower(parameter[0]) == 'q' && parameter[1] == '=')
      return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
  }
  return false;
}

std::string_view without_weakness(std::string_view etag) { return etag.substr(0, 2) == "W/" ? etag.substr(2) : etag; }

}  // namespace

Result<JobId> job_id_in(const httplib::Request& request) {
  auto id = parse_job_id(part_of_path(request.path, 2));
  if (!id) return fail(Errc::not_found, "There is no such job.");
  return *std::move(id);
}

Result<Job> job_in(const Services& services, const httplib::Request& request, const Reply& reply) {
  return job_id_in(request).and_then([&](const JobId& id) { return services.reader.find(reply.tenant(), id); });
}

Result<void> check_query(const httplib::Request& request, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : request.params) {
    const std::string shown_name = name.substr(0, longest_shown_name);
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail(Errc::invalid_request,
                  fmt::format("There is no parameter '{}'.{}", shown_name, did_you_mean(name, known)));
    if (request.get_param_value_count(name) > 1)
      return fail(Errc::invalid_request, fmt::format("The parameter '{}' is given more than once.", shown_name));
  }
  return {};
}

Result<JobQuery> page_in(const httplib::Request& request) {
  JobQuery query;
  if (request.has_param("limit")) {
    const auto limit = parse_number(request.get_param_value("limit"));
    if (!limit || *limit < 1 || *limit > most_jobs_a_page)
      return fail(Errc::invalid_request, fmt::format("'limit' is a number from 1 to {}.", most_jobs_a_page));
    query.limit = static_cast<std::uint32_t>(*limit);
  }
  if (request.has_param("cursor")) query.cursor = request.get_param_value("cursor");
  return query;
}

bool accepts(const httplib::Request& request, std::string_view media_type) {
  const std::string accept = request.get_header_value("Accept");
  for (std::string_view list = accept; !list.empty();) {
    const std::string_view range = next_element(list);
    const std::size_t end = std::min(range.find(';'), range.size());
    if (same_word(trim(range.substr(0, end)), media_type)) return !is_refused(range.substr(end));
  }
  return false;
}

bool has_match(const httplib::Request& request, std::string_view etag) {
  return matches(request.get_header_value("If-None-Match"), etag);
}

bool matches(std::string_view condition, std::string_view etag) {
  for (std::string_view list = condition; !list.empty();) {
    const std::string_view tag = trim(next_element(list));
    if (tag == "*" || (!tag.empty() && without_weakness(tag) == without_weakness(etag))) return true;
  }
  return false;
}

std::string shown(const Services& services, const Visitor& visitor, const Job& job) {
  codec::JobView view{services.public_url, {}};
  if (services.tokens != nullptr && visitor.needs_tickets())
    view.events_query = "?ticket=" + services.tokens->ticket(job.tenant, job.id).text;
  if (job.state == JobState::succeeded && job.artifact) view.link = services.signer.sign(job.tenant, job.id);
  return codec::encode_job(job, view);
}

std::string location_of(const Services& services, const JobId& job) {
  return services.public_url + "/v1/jobs/" + job.text;
}

}  // namespace platen::http
