#include <fmt/format.h>

#include "base/log.hpp"
#include "codec/job_json.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/routes/waiting.hpp"

namespace platen::http {

namespace {

/// A job's event makes its state; only its place in the queue moves without one.
std::string etag_of(const Job& job) {
  return job.queue_position ? fmt::format("W/\"{}-{}\"", job.seq, *job.queue_position)
                            : fmt::format("W/\"{}\"", job.seq);
}

/// What a client asked to see of a job; kept while it waits.
struct ShowRequest {
  std::string condition;  ///< If-None-Match
  std::optional<std::chrono::seconds> wait;
};

void answer_with_job(const Services& services, const Result<Job>& job, const ShowRequest& wanted, Reply& reply) {
  if (!job) return reply.problem(job.error());
  const std::string etag = etag_of(*job);
  reply.header("ETag", etag);
  reply.header("Cache-Control", "private, no-cache");
  if (wanted.wait) reply.header("Preference-Applied", preference_applied(*wanted.wait));
  if (!has_ended(job->state)) reply.header("Retry-After", "1");
  if (matches(wanted.condition, etag)) return reply.empty(304);
  reply.json(200, shown(services, reply.visitor(), *job));
}

Result<JobQuery> decode_query(const Request& request) {
  if (auto known = check_query(request, {"status", "limit", "cursor"}); !known) return fail(known.error());
  auto query = page_in(request);
  if (query && request.has_param("status")) {
    query->state = job_state_from(request.get_param_value("status"));
    if (!query->state)
      return fail(Errc::invalid_request,
                  "'status' is one of queued, delayed, running, retrying, canceling, succeeded, failed, canceled and "
                  "expired.");
  }
  return query;
}

}  // namespace

void show_job(const Services& services, const Request& request, Reply& reply) {
  const auto job = job_in(services, request, reply);
  ShowRequest wanted{request.get_header_value("If-None-Match"), wanted_wait(request)};
  const bool may_change = job && !has_ended(job->state);
  const bool is_known = wanted.condition.empty() || matches(wanted.condition, job ? etag_of(*job) : std::string());
  if (wanted.wait.value_or(no_wait) == no_wait || !may_change || !is_known)
    return answer_with_job(services, job, wanted, reply);
  const auto news = wanted.condition.empty() ? relay::News::end : relay::News::change;
  const auto at_most = *wanted.wait;
  reply.wait({.at_most = at_most,
              .watch = watch_job(services, *job, news),
              .answer = [&services, id = job->id, wanted = std::move(wanted)](const Request&, Reply& later) {
                answer_with_job(services, services.reader.find(later.tenant(), id), wanted, later);
              }});
}

void list_jobs(const Services& services, const Request& request, Reply& reply) {
  const auto page = decode_query(request).and_then(
      [&](const JobQuery& query) { return services.reader.list(reply.tenant(), query); });
  if (!page) return reply.problem(page.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, codec::encode_jobs(page->jobs, page->next_cursor, {services.public_url, {}}));
}

void cancel_job(const Services& services, const Request& request, Reply& reply) {
  const auto job =
      job_id_in(request).and_then([&](const JobId& id) { return services.control.cancel(reply.tenant(), id); });
  if (!job) return reply.problem(job.error());
  reply.json(job->state == JobState::canceled ? 200 : 202, shown(services, reply.visitor(), *job));
}

void remove_job(const Services& services, const Request& request, Reply& reply) {
  const auto job = job_in(services, request, reply);
  if (!job) return reply.problem(job.error());
  if (!has_ended(job->state))
    return reply.problem({Errc::conflict, "The job has not ended yet: cancel it, or wait for its end.", {}});
  // Files first: a job that is forgotten could not name them any more.
  if (job->artifact) {
    if (const auto removed = services.artifacts.remove(job->artifact->name); !removed)
      return reply.problem(removed.error());
  }
  const auto unused = services.control.remove(reply.tenant(), job->id);
  if (!unused) return reply.problem(unused.error());
  for (const UploadId& upload : *unused)
    if (const auto removed = services.uploads.remove(upload); !removed)
      log_line(spdlog::level::warn, "an upload without a job stays for the janitor",
               {{"job_id", job->id.text}, {"upload", upload.text}, {"reason", removed.error().detail}});
  reply.empty(204);
}

}  // namespace platen::http
