#include "queue/lease_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "codec/job_json.hpp"
#include "queue/job_details.hpp"

namespace platen::queue {

namespace {

tl::unexpected<Error> lease_lost() { return fail(Errc::lease_lost, "Another worker holds the job, or it has ended."); }

/// The places in claim.lua's result.
enum Part : std::size_t { id, token, deadline, spec, attempt, max_attempts, created_at, details };

Result<Claim> claim_from(const redis::Value& grant, std::string_view nonce) {
  auto details = decode_details(grant[Part::details].text());
  if (!details) return fail(std::move(details).error());
  Claim claim;
  claim.lease.job = JobId{std::string(grant[Part::id].text())};
  claim.lease.token = static_cast<LeaseToken>(grant[Part::token].integer());
  claim.lease.nonce = nonce;
  claim.lease.deadline = from_unix_ms(grant[Part::deadline].integer());
  claim.spec = grant[Part::spec].text();
  claim.upload = std::move(details->upload);
  claim.filename = std::move(details->filename);
  claim.created_at = from_unix_ms(grant[Part::created_at].integer());
  claim.attempt = static_cast<std::uint32_t>(grant[Part::attempt].integer());
  claim.max_attempts = static_cast<std::uint32_t>(grant[Part::max_attempts].integer());
  claim.timeout = details->timeout;
  claim.request_id = std::move(details->request_id);
  claim.trace = std::move(details->trace);
  claim.images = std::move(details->images);
  return claim;
}

Result<Outcome> outcome_of(const Result<redis::Reply>& reply) {
  if (!reply) return fail(reply.error());
  const std::string_view answer = redis::Value(*reply).text();
  if (answer == "retrying") return Outcome::retrying;
  if (answer == "queued") return Outcome::queued;
  if (answer == "failed") return Outcome::failed;
  if (answer == "canceled") return Outcome::canceled;
  return lease_lost();
}

/// What complete.lua answered: the claim that came along with it, under this nonce.
Result<std::optional<Claim>> completed(const Result<redis::Value>& answer, std::string_view nonce) {
  if (!answer) return fail(answer.error());
  if ((*answer)[0].text() != "succeeded") return lease_lost();
  if ((*answer)[1].is_nil()) return std::optional<Claim>();
  return claim_from((*answer)[1], nonce);
}

std::string_view verdict_on(const Error& error) {
  if (error.code == Errc::canceled) return "canceled";
  return is_retryable(error.code) ? "retry" : "give_up";
}

}  // namespace

CallBatches RedisLeaseQueue::completions_on(const Shard& commands) { return {commands, scripts::complete}; }

Result<std::optional<Claim>> RedisLeaseQueue::claim(const WorkerId& worker, std::string_view nonce) {
  const auto reply = run(commands_, scripts::claim, {worker.text, nonce, std::to_string(options_.lease.count())});
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_nil()) return std::optional<Claim>();
  return claim_from(*reply, nonce);
}

Result<void> RedisLeaseQueue::wait_for_work(std::chrono::milliseconds at_most) {
  // 0 would mean for ever.
  const auto wait = std::max(at_most, std::chrono::milliseconds(1));
  const std::string bell = commands_.keys.bell();
  const std::string seconds = fmt::format("{}.{:03}", wait.count() / 1000, wait.count() % 1000);
  const std::string_view command[] = {"BLPOP", bell, seconds};
  const auto reply = waiting_.call(command, wait);
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_error()) return fail(error_of(*reply));
  return {};
}

Result<LeaseState> RedisLeaseQueue::renew(Lease& lease, const std::optional<Progress>& progress) {
  const auto reply =
      run(commands_, scripts::renew,
          {lease.job.text, std::to_string(lease.token), lease.nonce, std::to_string(options_.lease.count()),
           progress ? codec::encode_progress(*progress) : std::string()});
  if (!reply) return fail(reply.error());
  const redis::Value answer(*reply);
  if (answer[0].text() == "lost") return LeaseState::lost;
  lease.deadline = from_unix_ms(answer[1].integer());
  return answer[0].text() == "held" ? LeaseState::held : LeaseState::cancel_requested;
}

Result<std::optional<Claim>> RedisLeaseQueue::complete(const Lease& lease, const Artifact& artifact,
                                                       const std::optional<Claimant>& next) {
  const Progress whole{Stage::store, artifact.rows, artifact.rows, 100.0, artifact.pages, std::chrono::milliseconds(0)};
  return completions_.call(
      {lease.job.text, std::to_string(lease.token), lease.nonce, codec::encode_artifact(artifact),
       codec::encode_progress(whole), next ? next->worker.text : "", next ? next->nonce : "",
       std::to_string(options_.lease.count())},
      [nonce = next ? next->nonce : ""](const Result<redis::Value>& answer) { return completed(answer, nonce); });
}

Result<Outcome> RedisLeaseQueue::fail_attempt(const Lease& lease, const Error& error) {
  return outcome_of(
      run(commands_, scripts::fail,
          {lease.job.text, std::to_string(lease.token), lease.nonce, codec::encode_error(error), verdict_on(error),
           std::to_string(options_.backoff_base.count()), std::to_string(options_.backoff_cap.count())}));
}

Result<Outcome> RedisLeaseQueue::crashed(const Lease& lease, const Error& error) {
  return outcome_of(run(commands_, scripts::crashed,
                        {lease.job.text, std::to_string(lease.token), lease.nonce, codec::encode_error(error)}));
}

Result<Outcome> RedisLeaseQueue::release(const Lease& lease) {
  return outcome_of(run(commands_, scripts::release, {lease.job.text, std::to_string(lease.token), lease.nonce}));
}

}  // namespace platen::queue
