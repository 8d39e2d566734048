#include "queue/submits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "base/clock.hpp"
#include "codec/job_json.hpp"
#include "queue/job_details.hpp"
#include "queue/job_reply.hpp"

namespace platen::queue {

namespace {

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
  std::vector<UploadId> uploads;
  if (submission.upload) uploads.push_back(*submission.upload);
  uploads.insert(uploads.end(), submission.images.begin(), submission.images.end());
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

std::string details_of(const Submission& submission) {
  return encode_details({.title = submission.title,
                         .filename = submission.options.filename,
                         .timeout = submission.options.timeout,
                         .upload = submission.upload,
                         .images = submission.images,
                         .request_id = submission.request_id,
                         .trace = submission.trace});
}

/// What submit.lua reads before all jobs.
std::vector<std::string> limits_of(const QueueLimits& limits) {
  return {std::to_string(share_of(limits.tenant_waiting, limits)), std::to_string(share_of(limits.waiting, limits)),
          std::to_string(share_of(limits.tenant_stored_bytes, limits)),
          std::to_string(share_of(limits.stored_bytes, limits))};
}

/// … and what it reads of one. The spec and its shown form go there: nobody asks for them again.
std::vector<std::string> words_of(Submission& submission, const QueueLimits& limits) {
  constexpr std::size_t most_words = 25;
  const JobOptions& options = submission.options;
  const auto milliseconds = [](auto duration) { return std::to_string(std::chrono::milliseconds(duration).count()); };
  const std::string uploads = uploads_of(submission);
  std::vector<std::string> words;
  words.reserve(most_words);
  words.push_back(submission.id.text);
  words.push_back(submission.tenant.text);
  words.push_back(std::move(submission.spec));
  words.emplace_back(name_of(options.priority));
  words.push_back(options.group);
  words.push_back(milliseconds(options.delay));
  words.push_back(std::to_string(options.not_before ? unix_ms(*options.not_before) : 0));
  words.push_back(milliseconds(options.expiry));
  words.push_back(uploads);
  words.push_back(submission.idempotency ? submission.idempotency->key : std::string());
  words.push_back(submission.idempotency ? submission.idempotency->content : std::string());
  words.push_back(submission.content);
  words.push_back(std::to_string(options.max_attempts));
  words.push_back(milliseconds(options.retention));
  words.push_back(options.callback ? options.callback->target.url : std::string());
  words.push_back(options.callback ? options.callback->target.lane : std::string());
  words.push_back(options.callback ? options.callback->secret : std::string());
  words.push_back(metering_of(submission, limits));
  words.push_back(details_of(submission));
  const auto add_field = [&](const char* name, std::string value) {
    if (value.empty()) return;
    words.emplace_back(name);
    words.push_back(std::move(value));
  };
  add_field("uploads", uploads);
  if (!options.tags.empty()) add_field("tags", codec::encode_tags(options.tags));
  add_field("shown_spec", std::move(submission.shown_spec));
  return words;
}

/// What submit.lua answered of one job.
Result<Job> submitted(const Submission& submission, const QueueLimits& limits, const Result<redis::Value>& answer) {
  if (!answer) return fail(answer.error());
  if ((*answer)[0].text() == "old") return job_from((*answer)[1]);
  if ((*answer)[0].text() == "new") return new_job(submission, limits, *answer);
  return fail(refusal_from(submission, *answer, limits));
}

}  // namespace

Submits::Submits(const Shard& shard, const QueueLimits& limits)
    : limits_(limits), calls_(shard, scripts::submit, limits_of(limits)) {}

Result<Job> Submits::submit(const Submission& submission) {
  Submission wanted = submission;
  std::vector<std::string> words = words_of(wanted, limits_);
  // By value: one that waits no longer is answered all the same.
  return calls_.call(std::move(words),
                     [wanted = std::move(wanted), limits = limits_](const Result<redis::Value>& answer) {
                       return submitted(wanted, limits, answer);
                     });
}

void Submits::submit_later(Submission submission, Done done) {
  std::vector<std::string> words = words_of(submission, limits_);
  calls_.call_later(std::move(words),
                    [wanted = std::move(submission), limits = limits_, done = std::move(done)](
                        const Result<redis::Value>& answer) { done(submitted(wanted, limits, answer)); });
}

}  // namespace platen::queue
