// Two Redis as one queue.
#pragma once

#include <thread>

#include "queue/shards/front_queue.hpp"
#include "queue/shards/lease_shards.hpp"
#include "redis/shared_connection.hpp"
#include "tests/integration/queue/queue_fixture.hpp"

namespace platen::test {

/// Two Redis, a front end's ports, and a worker slot for both.
struct ShardsFixture {
  explicit ShardsFixture(const queue::QueueLimits& limits = {}) : limits_(limits) {}
  ~ShardsFixture() {
    loop_thread_.request_stop();
    loop_thread_.join();
  }

  [[nodiscard]] std::vector<redis::Url> urls() const { return {servers[0].url(), servers[1].url()}; }
  queue::JobShards& jobs() { return front.jobs(); }

  /// A job on the wanted shard; its id is chosen at random until it is.
  Job submitted_on(std::size_t shard, Submission submission = a_submission()) {
    do {
      submission.id = jobs().new_id_for(submission);
    } while (shard_of(submission.id) != shard);
    auto job = jobs().submit(submission);
    REQUIRE(job);
    return *std::move(job);
  }
  std::optional<Claim> claim() {
    auto claimed = slot.claim(worker, "nonce-" + std::to_string(++claims));
    REQUIRE(claimed);
    return *std::move(claimed);
  }

  RedisServer servers[2];

 private:
  queue::QueueLimits limits_;
  Loop loop_;

 public:
  queue::FrontQueue front{loop_, {{servers[0].url()}, {servers[1].url()}}, {.limits = limits_}};
  WorkerId worker{"w"};
  redis::SharedConnection connections[2] = {redis::SharedConnection(servers[0].url()),
                                            redis::SharedConnection(servers[1].url())};
  queue::RedisLeaseQueue leases[2] = {{queue::Shard(connections[0], 0), servers[0].url(), quick},
                                      {queue::Shard(connections[1], 1), servers[1].url(), quick}};
  queue::WorkBell bell{urls()};
  queue::LeaseShards slot{{&leases[0], &leases[1]}, &bell};
  int claims = 0;

 private:
  std::jthread loop_thread_{[this](const std::stop_token& stop) { loop_.run(stop); }};
};

}  // namespace platen::test
