// Subscriptions in memory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platen/webhook.hpp"

namespace platen::test {

/// Threads: one.
class MemoryWebhooks final : public WebhookRegistry, public WebhookLog {
 public:
  [[nodiscard]] Result<Webhook> create(const Webhook& webhook, const std::string& secret) override {
    if (webhooks.size() == most_webhooks) return fail(Errc::conflict, "There are too many.");
    secrets.push_back(secret);
    return webhooks[webhook.id] = webhook;
  }
  [[nodiscard]] Result<Webhook> find(const Tenant& tenant, const WebhookId& id) override {
    const auto found = webhooks.find(id);
    if (found == webhooks.end() || found->second.tenant != tenant)
      return fail(Errc::not_found, "There is no such webhook.");
    return found->second;
  }
  [[nodiscard]] Result<std::vector<Webhook>> list(const Tenant& tenant) override {
    std::vector<Webhook> all;
    for (const auto& [id, webhook] : webhooks)
      if (webhook.tenant == tenant) all.push_back(webhook);
    return all;
  }
  [[nodiscard]] Result<Webhook> change(const Tenant& tenant, const WebhookId& id,
                                       const WebhookChange& change) override {
    return find(tenant, id).and_then([&](Webhook webhook) -> Result<Webhook> {
      if (change.target) webhook.target = *change.target;
      if (change.events) webhook.events = *change.events;
      if (change.tags) webhook.tags = *change.tags;
      if (change.description) webhook.description = *change.description;
      if (change.is_enabled) webhook.is_enabled = *change.is_enabled;
      if (change.secret) secrets.push_back(*change.secret);
      return webhooks[id] = webhook;
    });
  }
  [[nodiscard]] Result<void> remove(const Tenant& tenant, const WebhookId& id) override {
    return find(tenant, id).map([&](const Webhook&) { webhooks.erase(id); });
  }
  [[nodiscard]] Result<DeliveryPage> deliveries(const Tenant& tenant, const WebhookId& id, std::uint32_t limit,
                                                const std::optional<std::string>& cursor) override {
    last_limit = limit;
    last_cursor = cursor.value_or("");
    return find(tenant, id).map([&](const Webhook&) { return DeliveryPage{log, "next"}; });
  }
  [[nodiscard]] Result<DeliveryRecord> resend(const Tenant& tenant, const WebhookId& id,
                                              const DeliveryId& delivery) override {
    return find(tenant, id).and_then([&](const Webhook&) -> Result<DeliveryRecord> {
      for (const DeliveryRecord& record : log)
        if (record.id == delivery) return record;
      return fail(Errc::not_found, "The webhook has no such delivery.");
    });
  }
  [[nodiscard]] Result<DeliveryRecord> test(const Tenant& tenant, const WebhookId& id) override {
    return find(tenant, id).map([](const Webhook&) {
      DeliveryRecord record;
      record.id = new_delivery_id();
      record.type = "webhook.test";
      return record;
    });
  }

  std::map<WebhookId, Webhook> webhooks;
  std::vector<std::string> secrets;  ///< in the order in which they were made
  std::vector<DeliveryRecord> log;
  std::uint32_t last_limit = 0;
  std::string last_cursor;
};

}  // namespace platen::test
