// All that a front end needs of the queue, over one Redis or several.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/loop.hpp"
#include "queue/delivery_queue.hpp"
#include "queue/feed_reader.hpp"
#include "queue/janitor.hpp"
#include "queue/job_events.hpp"
#include "queue/job_queue.hpp"
#include "queue/key_registry.hpp"
#include "queue/observation.hpp"
#include "queue/shards/delivery_shards.hpp"
#include "queue/shards/event_shards.hpp"
#include "queue/shards/feed_shards.hpp"
#include "queue/shards/janitor_shards.hpp"
#include "queue/shards/job_shards.hpp"
#include "queue/shards/observer_shards.hpp"
#include "queue/webhooks.hpp"
#include "redis/shared_connection.hpp"

namespace platen::queue {

/// Where a shard is, and what follows each batch of submits there, where they are to be sure.
struct ShardAddress {
  redis::Url url;
  std::optional<redis::BatchGate> submit_gate = {};
};

struct FrontQueueOptions {
  QueueLimits limits = {};                                       ///< of all shards together
  std::function<void(std::chrono::nanoseconds)> on_answer = {};  ///< as SharedConnectionOptions have it
};

/// The ports that front ends use. What belongs to no job, keys and webhooks, is on the first shard.
/// Owns: its connections. Borrows the loop, on which the events are.
/// Threads: made and destroyed by one, outside of a turn of the loop; the ports are as each says.
class FrontQueue {
 public:
  /// `shards` by number, at least one.
  FrontQueue(Loop& loop, const std::vector<ShardAddress>& shards, const FrontQueueOptions& options);
  ~FrontQueue();

  [[nodiscard]] JobShards& jobs() noexcept { return jobs_; }
  [[nodiscard]] JanitorShards& janitor() noexcept { return janitor_; }
  [[nodiscard]] FeedShards& feeds() noexcept { return feeds_; }
  [[nodiscard]] ObserverShards& observer() noexcept { return observer_; }
  [[nodiscard]] EventShards& events() noexcept { return events_; }
  [[nodiscard]] DeliveryShards& deliveries() noexcept { return deliveries_; }
  [[nodiscard]] RedisWebhooks& webhooks() noexcept { return webhooks_; }
  [[nodiscard]] RedisKeyRegistry& keys() noexcept { return keys_; }

 private:
  class One;

  [[nodiscard]] static std::vector<std::unique_ptr<One>> open(Loop& loop, const std::vector<ShardAddress>& shards,
                                                              FrontQueueOptions options);
  template <class Of>
  [[nodiscard]] auto of_each(Of of) const;

  std::vector<std::unique_ptr<One>> shards_;
  JobShards jobs_;
  JanitorShards janitor_;
  FeedShards feeds_;
  ObserverShards observer_;
  EventShards events_;
  RedisDeliveryQueue first_deliveries_;
  DeliveryShards deliveries_;
  RedisWebhooks webhooks_;
  RedisKeyRegistry keys_;
};

}  // namespace platen::queue
