// The worker's side of the queue.
#pragma once

#include <utility>

#include "platen/queue.hpp"
#include "queue/call_batches.hpp"
#include "queue/options.hpp"
#include "queue/scripts.hpp"
#include "redis/connection.hpp"

namespace platen::queue {

/// Claims and finishes jobs for one slot. While Redis is away each call fails at once or after a timeout: who
/// loops must pause.
/// Owns: a connection for waiting; that for commands is borrowed. Threads: one at a time.
class RedisLeaseQueue final : public LeaseQueue {
 public:
  RedisLeaseQueue(const Shard& commands, redis::Url url, QueueOptions options = {})
      : RedisLeaseQueue(commands, completions_on(commands), std::move(url), options) {}
  /// The same for one of a worker's slots: what they complete at one moment goes together. `completions` are all
  /// slots'.
  RedisLeaseQueue(Shard commands, CallBatches completions, redis::Url url, QueueOptions options)
      : commands_(std::move(commands)),
        completions_(std::move(completions)),
        waiting_(std::move(url)),
        options_(options) {}
  [[nodiscard]] static CallBatches completions_on(const Shard& commands);

  [[nodiscard]] Result<std::optional<Claim>> claim(const WorkerId& worker, std::string_view nonce) override;
  [[nodiscard]] Result<void> wait_for_work(std::chrono::milliseconds at_most) override;
  [[nodiscard]] Result<LeaseState> renew(Lease& lease, const std::optional<Progress>& progress) override;
  [[nodiscard]] Result<std::optional<Claim>> complete(const Lease& lease, const Artifact& artifact,
                                                      const std::optional<Claimant>& next = {}) override;
  [[nodiscard]] Result<Outcome> fail_attempt(const Lease& lease, const Error& error) override;
  [[nodiscard]] Result<Outcome> crashed(const Lease& lease, const Error& error) override;
  [[nodiscard]] Result<Outcome> release(const Lease& lease) override;

 private:
  Shard commands_;
  CallBatches completions_;
  redis::Connection waiting_;
  QueueOptions options_;
};

}  // namespace platen::queue
