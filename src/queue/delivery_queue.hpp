// From the outbox to the targets.
#pragma once

#include "platen/webhook.hpp"
#include "redis/caller.hpp"

namespace platen::queue {

/// Over one connection, which is borrowed. Threads: those of the connection.
class RedisDeliveryQueue final : public DeliveryQueue {
 public:
  explicit RedisDeliveryQueue(redis::Caller& redis) : redis_(redis) {}

  [[nodiscard]] Result<std::uint32_t> fan_out() override;
  [[nodiscard]] Result<std::vector<Delivery>> take(const DeliveryRoom& room) override;
  [[nodiscard]] Result<bool> report(const Delivery& delivery, const DeliveryReport& report) override;

 private:
  redis::Caller& redis_;
};

}  // namespace platen::queue
