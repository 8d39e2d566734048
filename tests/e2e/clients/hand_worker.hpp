// A worker in the test's hands: it takes a job and reports what and when the test wants.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "queue/lease_queue.hpp"
#include "redis/connection.hpp"
#include "tests/support/installation.hpp"

namespace platen::test {

/// Holds the lease of one job at a time. Errors: throws std::runtime_error when the queue refuses.
class HandWorker {
 public:
  explicit HandWorker(RedisServer& redis);

  /// Takes the next job that waits; its id.
  std::string claim();
  /// One more event: progress of `done` out of two hundred.
  void report(std::uint64_t done);
  /// The job succeeds, with an artifact that is none.
  void succeed();

 private:
  redis::Connection connection_;
  queue::RedisLeaseQueue queue_;
  Lease lease_;
  unsigned claims_ = 0;
};

/// Submits a report of one row; its id. `options` is the JSON object of that name.
[[nodiscard]] std::string submit_small_report(const Installation& platen, const std::string& options = "{}");

/// The job's events as its stream in Redis holds them.
[[nodiscard]] std::vector<SeenEvent> events_in_redis(RedisServer& redis, const std::string& job);
/// The events that a program printed as lines: id, name, data.
[[nodiscard]] std::vector<SeenEvent> events_in_lines(const std::string& text);
/// What clients saw without the link that is signed at each delivery: comparable to what Redis holds.
[[nodiscard]] std::vector<SeenEvent> without_links(std::vector<SeenEvent> events);

}  // namespace platen::test
