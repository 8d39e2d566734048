#include <fmt/format.h>

#include "codec/job_json.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::uint32_t most_jobs_a_page = 200;

/// A job's event makes its state; only its place in the queue moves without one.
std::string etag_of(const Job& job) {
  return job.queue_position ? fmt::format("W/\"{}-{}\"", job.seq, *job.queue_position)
                            : fmt::format("W/\"{}\"", job.seq);
}

Result<JobQuery> decode_query(const Request& request) {
  if (auto known = check_query(request, {"status", "limit", "cursor"}); !known) return fail(known.error());
  JobQuery query;
  if (request.has_param("status")) {
    query.state = job_state_from(request.get_param_value("status"));
    if (!query.state)
      return fail(Errc::invalid_request,
                  "'status' is one of queued, delayed, running, retrying, canceling, succeeded, failed, canceled and "
                  "expired.");
  }
  if (request.has_param("limit")) {
    const auto limit = parse_number(request.get_param_value("limit"));
    if (!limit || *limit < 1 || *limit > most_jobs_a_page)
      return fail(Errc::invalid_request, fmt::format("'limit' is a number from 1 to {}.", most_jobs_a_page));
    query.limit = static_cast<std::uint32_t>(*limit);
  }
  if (request.has_param("cursor")) query.cursor = request.get_param_value("cursor");
  return query;
}

}  // namespace

void show_job(const Services& services, const Request& request, Reply& reply) {
  const auto job = job_in(services, request);
  if (!job) return reply.problem(job.error());
  const std::string etag = etag_of(*job);
  reply.header("ETag", etag);
  reply.header("Cache-Control", "private, no-cache");
  if (!has_ended(job->state)) reply.header("Retry-After", "1");
  if (has_match(request, etag)) return reply.empty(304);
  reply.json(200, shown(services, *job));
}

void list_jobs(const Services& services, const Request& request, Reply& reply) {
  const auto page = decode_query(request).and_then(
      [&](const JobQuery& query) { return services.reader.list(default_tenant(), query); });
  if (!page) return reply.problem(page.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, codec::encode_jobs(page->jobs, page->next_cursor, {services.public_url, {}}));
}

void cancel_job(const Services& services, const Request& request, Reply& reply) {
  const auto job =
      job_id_in(request).and_then([&](const JobId& id) { return services.control.cancel(default_tenant(), id); });
  if (!job) return reply.problem(job.error());
  reply.json(job->state == JobState::canceled ? 200 : 202, shown(services, *job));
}

}  // namespace platen::http
