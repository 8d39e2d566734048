// How the queue treats leases and retries, and what it takes.
#pragma once

#include <chrono>
#include <cstdint>

namespace platen::queue {

struct QueueOptions {
  std::chrono::milliseconds lease{15'000};         ///< renewed by its holder every third of it
  std::chrono::milliseconds backoff_base{2'000};   ///< most that the first retry waits; doubled with each …
  std::chrono::milliseconds backoff_cap{600'000};  ///< … up to this
  /// How long an event stays in its tenant's feed; no longer than there is room (lua/prelude.lua, MOST_FEED).
  std::chrono::milliseconds feed_retention{std::chrono::hours(7 * 24)};
};

/// What is let onto the queue. Waiting are the jobs that nobody has started yet; stored are the uploads and results of
/// jobs that have not been removed. 0: no limit.
struct QueueLimits {
  std::uint64_t tenant_waiting = 250'000;
  std::uint64_t waiting = 500'000;  ///< of all tenants; each takes about 2 KB of Redis
  std::uint64_t tenant_stored_bytes = 0;
  std::uint64_t stored_bytes = 0;  ///< of all tenants
  std::uint32_t shards = 1;        ///< of which each takes its share of these, and of what a key may submit
};

}  // namespace platen::queue
