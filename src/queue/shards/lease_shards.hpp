// A worker slot that works for several Redis.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platen/queue.hpp"
#include "queue/shards/work_bell.hpp"

namespace platen::queue {

/// Asks the shards in turn, so that none waits for another's jobs to end. One that is away is left out.
/// Borrows all. Threads: one at a time.
class LeaseShards final : public LeaseQueue {
 public:
  /// By number. `bell` is null where there is one alone.
  LeaseShards(std::vector<LeaseQueue*> shards, WorkBell* bell)
      : shards_(std::move(shards)), bell_(bell), unanswered_(shards_.size()) {}

  [[nodiscard]] Result<std::optional<Claim>> claim(const WorkerId& worker, std::string_view nonce) override;
  [[nodiscard]] Result<void> wait_for_work(std::chrono::milliseconds at_most) override;
  [[nodiscard]] Result<LeaseState> renew(Lease& lease, const std::optional<Progress>& progress) override;
  [[nodiscard]] Result<std::optional<Claim>> complete(const Lease& lease, const Artifact& artifact,
                                                      const std::optional<Claimant>& next = {}) override;
  [[nodiscard]] Result<Outcome> fail_attempt(const Lease& lease, const Error& error) override;
  [[nodiscard]] Result<Outcome> crashed(const Lease& lease, const Error& error) override;
  [[nodiscard]] Result<Outcome> release(const Lease& lease) override;

 private:
  [[nodiscard]] LeaseQueue& shard_with(const JobId& job) const { return *shards_.at(shard_of(job)); }
  [[nodiscard]] Result<std::optional<Claim>> claim_from(std::size_t shard, const WorkerId& worker,
                                                        std::string_view nonce);

  std::vector<LeaseQueue*> shards_;
  WorkBell* bell_;
  /// The nonce of a claim whose answer was lost: it may have been granted, and is asked for again before any other.
  std::vector<std::string> unanswered_;
  std::size_t next_ = 0;   ///< whom to ask first
  unsigned in_a_row_ = 0;  ///< jobs of one shard, each claimed as the last was completed
};

}  // namespace platen::queue
