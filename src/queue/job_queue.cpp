#include "queue/job_queue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "codec/job_json.hpp"
#include "queue/forget.hpp"
#include "queue/job_reply.hpp"
#include "queue/origin.hpp"
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

/// Why submit.lua put nothing on the queue.
Error refusal_from(const Submission& submission, const redis::Value& answer, const QueueLimits& limits) {
  const std::string_view reason = answer[1].text();
  if (reason == "taken") return {Errc::conflict, "The job's id is taken."};
  if (reason == "gone") return {Errc::gone, "The job of this Idempotency-Key has been removed."};
  if (reason == "idempotency_conflict")
    return {Errc::idempotency_conflict, "Another request was sent under this Idempotency-Key. Use a new one."};
  Error full{Errc::busy, {}, {}, std::chrono::seconds(answer[2].integer())};
  if (reason == "rate") {
    const RateLimit limit = submission.metering ? submission.metering->limit : RateLimit{};
    full.code = Errc::rate_limited;
    full.detail = fmt::format("This key may submit {} jobs in {} s, and has. Try again in {} s.", limit.quota,
                              limit.window.count(), full.retry_after->count());
  } else if (reason == "waiting") {
    full.detail =
        fmt::format("{} jobs wait already, as many as may. Try again when some have been started.", limits.waiting);
  } else if (reason == "stored") {
    full.detail = fmt::format("The {} bytes for uploads and results are taken. Try again when some have been removed.",
                              limits.stored_bytes);
  } else if (reason == "tenant_waiting") {
    full.code = Errc::quota_exceeded;
    full.detail = fmt::format("You have {} jobs waiting, as many as you may. Try again when some have been started.",
                              limits.tenant_waiting);
  } else {
    full.code = Errc::quota_exceeded;
    full.detail = fmt::format(
        "Your uploads and results would take more than the {} bytes that they may. Delete jobs, or try again when the "
        "retention of some is over.",
        limits.tenant_stored_bytes);
  }
  return full;
}

/// The uploads that a job uses, and their sizes.
std::string uploads_of(const Submission& submission) {
  std::vector<UploadId> uploads = submission.images;
  if (submission.upload) uploads.push_back(*submission.upload);
  std::string text;
  for (const UploadId& id : uploads) {
    const auto size = submission.upload_bytes.find(id);
    text += fmt::format("{} {} ", id.text, size == submission.upload_bytes.end() ? 0 : size->second);
  }
  return text;
}

/// What one shard may take of a limit; 0 is none.
std::uint64_t share_of(std::uint64_t limit, const QueueLimits& limits) {
  return (limit + limits.shards - 1) / limits.shards;
}

std::string metering_of(const Submission& submission, const QueueLimits& limits) {
  if (!submission.metering) return {};
  const auto& [key, limit] = *submission.metering;
  return fmt::format("{} {} {}", key.text, share_of(limit.quota, limits),
                     std::chrono::milliseconds(limit.window).count());
}

/// A job that was just put on the queue, as submit.lua tells of it.
Result<Job> new_job(const Submission& submission, const QueueLimits& limits, const redis::Value& answer) {
  const auto state = job_state_from(answer[1].text());
  if (!state) return fail(Errc::internal, "the queue tells of a state that this version does not know");
  Job job;
  job.id = submission.id;
  job.tenant = submission.tenant;
  job.title = submission.title;
  job.state = *state;
  job.seq = 1;
  job.max_attempts = submission.options.max_attempts;
  job.created_at = from_unix_ms(answer[2].integer());
  if (const long long place = answer[3].integer(); place > 0) job.queue_position = static_cast<std::uint64_t>(place);
  if (submission.metering) {
    const RateLimit& limit = submission.metering->limit;
    const auto left = static_cast<std::uint64_t>(answer[4].integer()) * limits.shards;
    job.allowance =
        Allowance{limit, std::min<std::uint64_t>(left, limit.quota), std::chrono::seconds(answer[5].integer())};
  }
  job.filename = submission.options.filename;
  job.tags = submission.options.tags;
  job.priority = submission.options.priority;
  job.request_id = submission.request_id;
  job.trace = submission.trace;
  return job;
}

std::vector<std::string> submit_arguments(const Submission& submission, const QueueLimits& limits) {
  const JobOptions& options = submission.options;
  const auto share = [&](std::uint64_t limit) { return std::to_string(share_of(limit, limits)); };
  const auto milliseconds = [](auto duration) { return std::to_string(std::chrono::milliseconds(duration).count()); };
  std::vector<std::string> arguments{
      submission.id.text, submission.tenant.text, submission.spec, std::string(name_of(options.priority)),
      options.group, milliseconds(options.delay), std::to_string(options.not_before ? unix_ms(*options.not_before) : 0),
      milliseconds(options.expiry), uploads_of(submission), submission.idempotency ? submission.idempotency->key : "",
      submission.idempotency ? submission.idempotency->content : "", submission.content, share(limits.tenant_waiting),
      share(limits.waiting), share(limits.tenant_stored_bytes), share(limits.stored_bytes),
      std::to_string(options.max_attempts), milliseconds(options.retention),
      options.callback ? options.callback->target.url : "", options.callback ? options.callback->target.lane : "",
      options.callback ? options.callback->secret : "", metering_of(submission, limits),
      // From here on names and values, those that claim.lua reads first.
      "upload", submission.upload ? submission.upload->text : "", "filename", options.filename, "timeout",
      options.timeout ? std::to_string(options.timeout->count()) : "", "request_id",
      encode_origin(submission.request_id, submission.trace), "images", joined(submission.images), "title",
      submission.title, "tags", codec::encode_tags(options.tags)};
  if (!submission.shown_spec.empty()) {
    arguments.emplace_back("shown_spec");
    arguments.push_back(submission.shown_spec);
  }
  return arguments;
}

/// What request.lua answered.
Result<KeptRequest> kept_request(const redis::Value& answer) {
  enum Part : std::size_t {
    state,
    spec,
    shown_spec,
    filename,
    tags,
    priority,
    group,
    expiry,
    max_attempts,
    timeout,
    retention,
    parts
  };
  const auto known_state = job_state_from(answer[Part::state].text());
  const auto known_priority = priority_from(answer[Part::priority].text());
  auto known_tags = codec::decode_tags(answer[Part::tags].text());
  if (answer.size() != Part::parts || !known_state || !known_priority || !known_tags)
    return fail(Errc::internal, "the queue holds a job that this version cannot read");
  KeptRequest kept;
  kept.state = *known_state;
  if (!answer[Part::spec].is_nil()) kept.spec = answer[Part::spec].text();
  kept.shown = answer[Part::shown_spec].text();
  kept.options.filename = answer[Part::filename].text();
  kept.options.tags = *std::move(known_tags);
  kept.options.priority = *known_priority;
  kept.options.group = answer[Part::group].text();
  const auto whole_seconds = [&](Part part) {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(answer[part].integer()));
  };
  kept.options.expiry = whole_seconds(Part::expiry);
  kept.options.max_attempts = static_cast<std::uint32_t>(answer[Part::max_attempts].integer());
  if (!answer[Part::timeout].text().empty())
    kept.options.timeout = std::chrono::seconds(answer[Part::timeout].integer());
  kept.options.retention = whole_seconds(Part::retention);
  return kept;
}

/// What read.lua answered.
Result<Job> found(const Result<redis::Reply>& reply) {
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_nil()) return no_such_job();
  return job_from(*reply);
}

/// What submit.lua answered.
Result<Job> submitted(const Submission& submission, const QueueLimits& limits, const Result<redis::Reply>& reply) {
  if (!reply) return fail(reply.error());
  const redis::Value answer(*reply);
  if (answer[0].text() == "old") return job_from(answer[1]);
  if (answer[0].text() == "new") return new_job(submission, limits, answer);
  return fail(refusal_from(submission, answer, limits));
}

}  // namespace

Result<Job> RedisJobQueue::submit(const Submission& submission) {
  return submitted(submission, limits_, run(shard_, scripts::submit, submit_arguments(submission, limits_)));
}

void RedisJobQueue::submit_later(Submission submission, Submitted done) {
  auto arguments = submit_arguments(submission, limits_);
  run_later(shard_, scripts::submit, std::move(arguments),
            [wanted = std::move(submission), limits = limits_,
             done = std::move(done)](const Result<redis::Reply>& reply) { done(submitted(wanted, limits, reply)); });
}

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
