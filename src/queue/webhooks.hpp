// Subscriptions, and what is on its way to them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platen/webhook.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Over one connection, which is borrowed. Threads: those of the connection.
class RedisWebhooks final : public WebhookRegistry, public WebhookLog {
 public:
  explicit RedisWebhooks(const Shard& shard) : shard_(shard) {}

  [[nodiscard]] Result<Webhook> create(const Webhook& webhook, const std::string& secret) override;
  [[nodiscard]] Result<Webhook> find(const Tenant& tenant, const WebhookId& id) override;
  [[nodiscard]] Result<std::vector<Webhook>> list(const Tenant& tenant) override;
  [[nodiscard]] Result<Webhook> change(const Tenant& tenant, const WebhookId& id, const WebhookChange& change) override;
  [[nodiscard]] Result<void> remove(const Tenant& tenant, const WebhookId& id) override;

  [[nodiscard]] Result<DeliveryPage> deliveries(const Tenant& tenant, const WebhookId& id, std::uint32_t limit,
                                                const std::optional<std::string>& cursor) override;
  [[nodiscard]] Result<DeliveryRecord> resend(const Tenant& tenant, const WebhookId& id,
                                              const DeliveryId& delivery) override;
  [[nodiscard]] Result<DeliveryRecord> test(const Tenant& tenant, const WebhookId& id) override;

 private:
  [[nodiscard]] Result<std::vector<Webhook>> read(const Tenant& tenant, std::string_view id);
  [[nodiscard]] Result<DeliveryRecord> send(const Tenant& tenant, const WebhookId& id, const DeliveryId& delivery,
                                            std::string_view what);

  Shard shard_;
};

}  // namespace platen::queue
