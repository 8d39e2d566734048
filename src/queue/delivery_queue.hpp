// From the outbox to the targets.
#pragma once

#include "platen/webhook.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Over one connection, which is borrowed. Threads: those of the connection.
class RedisDeliveryQueue final : public DeliveryQueue {
 public:
  explicit RedisDeliveryQueue(const Shard& shard) : shard_(shard) {}

  [[nodiscard]] Result<std::uint32_t> fan_out() override;
  [[nodiscard]] Result<std::vector<Delivery>> take(const DeliveryRoom& room) override;
  [[nodiscard]] Result<bool> report(const Delivery& delivery, const DeliveryReport& report) override;

 private:
  Shard shard_;
};

}  // namespace platen::queue
