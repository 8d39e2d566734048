// Subscriptions on a queue, and who takes what is due.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/webhook_secret.hpp"
#include "queue/delivery_queue.hpp"
#include "queue/webhooks.hpp"
#include "tests/integration/queue/queue_fixture.hpp"

namespace platen::test {

struct WebhookFixture : QueueFixture {
  Webhook subscribed(Webhook webhook) {
    webhook.id = new_webhook_id();
    auto created = hooks.create(webhook, secret);
    REQUIRE(created.has_value());
    return *std::move(created);
  }
  Webhook subscribed() { return subscribed(a_webhook()); }
  static Webhook a_webhook() {
    Webhook webhook;
    webhook.target = {"http://example.org/hook", "example.org:80"};
    webhook.events = {EventKind::succeeded, EventKind::failed, EventKind::canceled, EventKind::expired};
    return webhook;
  }

  JobId a_finished_job(const Submission& submission) {
    const JobId id = submitted(submission).id;
    const Lease lease = slot.claim().lease;
    REQUIRE(slot.queue.complete(lease, an_artifact(lease)));
    return id;
  }
  JobId a_finished_job() { return a_finished_job(a_submission()); }

  std::vector<Delivery> taken(std::chrono::milliseconds lease = std::chrono::minutes(1), std::size_t free = 100,
                              std::size_t most_a_lane = 100) {
    auto due = deliveries.take({.free = free, .most_a_lane = most_a_lane, .busy = {}, .lease = lease});
    REQUIRE(due.has_value());
    return *std::move(due);
  }
  std::uint32_t fanned_out() {
    const auto count = deliveries.fan_out();
    REQUIRE(count.has_value());
    return *count;
  }
  std::vector<DeliveryRecord> log_of(const Webhook& webhook) {
    auto page = hooks.deliveries(default_tenant(), webhook.id, 100, {});
    REQUIRE(page.has_value());
    return std::move(page->deliveries);
  }
  long long size_of(const std::string& command, const std::string& key) {
    return redis::Value(server({command, "platen:{0}:" + key})).integer();
  }

  std::string secret = new_webhook_secret();
  queue::RedisWebhooks hooks{connection};
  queue::RedisDeliveryQueue deliveries{connection};
};

inline const DeliveryReport delivered{DeliveryReport::Next::succeeded, {}, R"({"attempt":1})", {}};
inline const DeliveryReport again_at_once{DeliveryReport::Next::retry, {}, R"({"attempt":1})", {}};
inline const DeliveryReport given_up{
    DeliveryReport::Next::give_up, {}, R"({"attempt":1})", "It failed for three days."};

}  // namespace platen::test
