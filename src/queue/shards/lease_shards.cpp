#include "queue/shards/lease_shards.hpp"

#include "base/log_sparsely.hpp"

namespace platen::queue {

namespace {

// A completion claims the next job of its own shard in the same call, which is half the work; but no more often.
constexpr unsigned most_in_a_row = 8;

}  // namespace

Result<std::optional<Claim>> LeaseShards::claim_from(std::size_t shard, const WorkerId& worker,
                                                     std::string_view nonce) {
  std::string& asked = unanswered_[shard];
  if (asked.empty()) asked = nonce;
  auto claim = shards_[shard]->claim(worker, asked);
  if (claim) asked.clear();
  return claim;
}

Result<std::optional<Claim>> LeaseShards::claim(const WorkerId& worker, std::string_view nonce) {
  std::optional<Error> failure;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const std::size_t shard = next_;
    next_ = (next_ + 1) % shards_.size();
    auto claim = claim_from(shard, worker, nonce);
    if (claim && *claim) return claim;
    if (claim) continue;
    ++failed;
    failure = std::move(claim.error());
  }
  if (!failure) return std::optional<Claim>();
  if (failed == shards_.size()) return fail(*std::move(failure));
  log_sparsely(spdlog::level::warn, "no jobs can be claimed from a shard now", failure->detail);
  return std::optional<Claim>();
}

Result<void> LeaseShards::wait_for_work(std::chrono::milliseconds at_most) {
  if (bell_ == nullptr) return shards_.front()->wait_for_work(at_most);
  bell_->wait(at_most);
  return {};
}

Result<LeaseState> LeaseShards::renew(Lease& lease, const std::optional<Progress>& progress) {
  return shard_with(lease.job).renew(lease, progress);
}

Result<std::optional<Claim>> LeaseShards::complete(const Lease& lease, const Artifact& artifact,
                                                   const std::optional<Claimant>& next) {
  LeaseQueue& shard = shard_with(lease.job);
  const bool may_stay = shards_.size() == 1 || in_a_row_ < most_in_a_row;
  auto claimed = shard.complete(lease, artifact, may_stay ? next : std::nullopt);
  if (!claimed || !next) return claimed;
  if (*claimed) {
    ++in_a_row_;
    return claimed;
  }
  in_a_row_ = 0;
  if (shards_.size() == 1) return claimed;
  next_ = (shard_of(lease.job) + 1) % shards_.size();
  auto other = claim(next->worker, next->nonce);
  return other ? std::move(other) : std::optional<Claim>();  // the job is complete, whatever became of the claim
}

Result<Outcome> LeaseShards::fail_attempt(const Lease& lease, const Error& error) {
  return shard_with(lease.job).fail_attempt(lease, error);
}

Result<Outcome> LeaseShards::crashed(const Lease& lease, const Error& error) {
  return shard_with(lease.job).crashed(lease, error);
}

Result<Outcome> LeaseShards::release(const Lease& lease) { return shard_with(lease.job).release(lease); }

}  // namespace platen::queue
