#include "queue/job_queue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "codec/job_json.hpp"
#include "queue/forget.hpp"
#include "queue/job_details.hpp"
#include "queue/job_reply.hpp"
#include "queue/words.hpp"

namespace platen::queue {

namespace {

constexpr std::uint32_t longest_page = 200;

tl::unexpected<Error> no_such_job() { return fail(Errc::not_found, "There is no such job."); }

/// Whether a cursor is one that a listing gave out: `<time in ms>:<job id>`.
bool is_cursor(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && colon < 16 &&
         text.substr(0, colon).find_first_not_of("0123456789") == std::string_view::npos &&
         parse_job_id(text.substr(colon + 1)).has_value();
}

/// What request.lua answered.
Result<KeptRequest> kept_request(const redis::Value& answer) {
  enum Part : std::size_t {
    state,
    spec,
    shown_spec,
    details,
    tags,
    priority,
    group,
    expiry,
    max_attempts,
    retention,
    parts
  };
  const auto known_state = job_state_from(answer[Part::state].text());
  const auto known_priority = priority_from(answer[Part::priority].text());
  auto known_details = decode_details(answer[Part::details].text());
  auto known_tags = tags_in(answer[Part::tags]);
  if (answer.size() != Part::parts || !known_state || !known_priority || !known_details || !known_tags)
    return fail(Errc::internal, "the queue holds a job that this version cannot read");
  KeptRequest kept;
  kept.state = *known_state;
  if (!answer[Part::spec].is_nil()) kept.spec = answer[Part::spec].text();
  kept.shown = answer[Part::shown_spec].text();
  kept.options.filename = std::move(known_details->filename);
  kept.options.timeout = known_details->timeout;
  kept.options.tags = *std::move(known_tags);
  kept.options.priority = *known_priority;
  kept.options.group = answer[Part::group].text();
  const auto whole_seconds = [&](Part part) {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(answer[part].integer()));
  };
  kept.options.expiry = whole_seconds(Part::expiry);
  kept.options.max_attempts = static_cast<std::uint32_t>(answer[Part::max_attempts].integer());
  kept.options.retention = whole_seconds(Part::retention);
  return kept;
}

/// What read.lua answered.
Result<Job> found(const Result<redis::Reply>& reply) {
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_nil()) return no_such_job();
  return job_from(*reply);
}

}  // namespace

Result<Job> RedisJobQueue::find(const Tenant& tenant, const JobId& id) {
  return found(run(shard_, scripts::read, {id.text, tenant.text}));
}

Result<KeptRequest> RedisJobQueue::request_of(const Tenant& tenant, const JobId& id) {
  const auto reply = run(shard_, scripts::request, {id.text, tenant.text});
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_nil()) return no_such_job();
  return kept_request(*reply);
}

Result<JobPage> RedisJobQueue::list(const Tenant& tenant, const JobQuery& query) { return page("jobs", tenant, query); }

Result<JobPage> RedisJobQueue::dead_letters(const Tenant& tenant, const JobQuery& query) {
  return page("dead", tenant, {{}, query.limit, query.cursor});
}

Result<JobPage> RedisJobQueue::page(std::string_view index, const Tenant& tenant, const JobQuery& query) {
  if (query.cursor && !is_cursor(*query.cursor))
    return fail(Errc::invalid_request, "The cursor is not one that a listing gave out.");
  const auto reply = run(shard_, scripts::list,
                         {tenant.text, std::to_string(std::clamp<std::uint32_t>(query.limit, 1, longest_page)),
                          query.state ? name_of(*query.state) : "", query.cursor.value_or(""), index});
  if (!reply) return fail(reply.error());
  const redis::Value parts(*reply);
  JobPage page;
  if (!parts[0].text().empty()) page.next_cursor = parts[0].text();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    auto job = job_from(parts[i]);
    if (!job) return fail(std::move(job).error());
    page.jobs.push_back(*std::move(job));
  }
  return page;
}

Result<void> RedisJobQueue::ping() {
  static constexpr std::string_view command[] = {"PING"};
  const auto reply = shard_.redis->call(command);
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_error()) return fail(error_of(*reply));
  return {};
}

Result<Job> RedisJobQueue::cancel(const Tenant& tenant, const JobId& id) {
  const auto reply = run(shard_, scripts::cancel, {id.text, tenant.text});
  if (!reply) return fail(reply.error());
  const redis::Value parts(*reply);
  if (parts[0].text() == "not_found") return no_such_job();
  auto job = job_from(parts[1]);
  if (job && parts[0].text() == "conflict") {
    return fail(Errc::conflict, "The job has " + std::string(name_of(job->state)) + " already.");
  }
  return job;
}

Result<std::vector<UploadId>> RedisJobQueue::remove(const Tenant& tenant, const JobId& id) {
  auto forgotten = forget(shard_, {id}, tenant);
  if (!forgotten) return fail(std::move(forgotten).error());
  if (forgotten->fates.front() == Fate::none) return no_such_job();
  if (forgotten->fates.front() == Fate::conflict) return fail(Errc::conflict, "The job has not ended yet.");
  return std::move(forgotten->unused_uploads);
}

Result<Job> RedisJobQueue::redrive(const Tenant& tenant, const JobId& id) {
  const auto redriven = redrive_dead(tenant, std::vector<JobId>{id});
  if (!redriven) return fail(redriven.error());
  auto job = find(tenant, id);
  if (job && redriven->empty())
    return fail(Errc::conflict,
                "Only a job that failed can be run again; this one is " + std::string(name_of(job->state)) + ".");
  return job;
}

Result<std::vector<JobId>> RedisJobQueue::redrive_dead(const Tenant& tenant,
                                                       const std::optional<std::vector<JobId>>& jobs) {
  if (jobs && jobs->empty()) return std::vector<JobId>{};
  const auto reply = run(shard_, scripts::redrive, {tenant.text, jobs ? joined(*jobs) : std::string()});
  if (!reply) return fail(reply.error());
  const redis::Value ids(*reply);
  std::vector<JobId> redriven;
  for (std::size_t i = 0; i < ids.size(); ++i) redriven.push_back(JobId{std::string(ids[i].text())});
  return redriven;
}

}  // namespace platen::queue
