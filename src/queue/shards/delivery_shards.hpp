// Webhooks of several Redis.
#pragma once

#include <utility>
#include <vector>

#include "platen/webhook.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Subscriptions and deliveries are on the first shard: what jobs of the others have to tell is brought there. While
/// the first is away it waits where it is. Borrows all. Threads: any that these allow.
class DeliveryShards final : public DeliveryQueue {
 public:
  /// `first` is the first shard's own; `shards` are all.
  DeliveryShards(DeliveryQueue& first, std::vector<Shard> shards) : first_(first), shards_(std::move(shards)) {}

  [[nodiscard]] Result<std::uint32_t> fan_out() override;
  [[nodiscard]] Result<std::vector<Delivery>> take(const DeliveryRoom& room) override { return first_.take(room); }
  [[nodiscard]] Result<bool> report(const Delivery& delivery, const DeliveryReport& report) override {
    return first_.report(delivery, report);
  }

 private:
  DeliveryQueue& first_;
  std::vector<Shard> shards_;
};

}  // namespace platen::queue
