// Telling other systems that jobs have ended: subscriptions, and what is on its way to them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/event.hpp"
#include "platen/ids.hpp"
#include "platen/job.hpp"
#include "platen/time.hpp"

namespace platen {

/// `whk_` + a ULID in lower case.
using WebhookId = Id<struct WebhookTag>;
/// `msg_` + 40 hexadecimal digits: the `webhook-id` that a target sees, the same for each attempt. It follows from
/// the subscription and the job's event, so that one event is one delivery.
using DeliveryId = Id<struct DeliveryTag>;

[[nodiscard]] WebhookId new_webhook_id();
[[nodiscard]] DeliveryId new_delivery_id();
/// nullopt for any text that no Platen ever made.
[[nodiscard]] std::optional<WebhookId> parse_webhook_id(std::string_view text);
[[nodiscard]] std::optional<DeliveryId> parse_delivery_id(std::string_view text);

/// How long the secret before the last is still signed with.
inline constexpr std::chrono::hours webhook_rotation{24};
/// Subscriptions of one tenant.
inline constexpr std::size_t most_webhooks = 50;

/// Where a subscription sends what. Its secret is not part of it: that is shown once.
struct Webhook {
  WebhookId id;
  Tenant tenant = default_tenant();
  WebTarget target;
  std::vector<EventKind> events;            ///< final ones
  std::map<std::string, std::string> tags;  ///< all of which a job must have
  std::string description;
  bool is_enabled = true;
  std::string disabled_reason;  ///< a sentence; empty while it is enabled
  std::optional<TimePoint> disabled_at;
  TimePoint created_at;
  std::optional<TimePoint> old_secret_until;  ///< while two secrets are signed with
};

/// What is absent stays.
struct WebhookChange {
  std::optional<WebTarget> target;
  std::optional<std::vector<EventKind>> events;
  std::optional<std::map<std::string, std::string>> tags;
  std::optional<std::string> description;
  std::optional<bool> is_enabled;
  std::optional<std::string> secret;  ///< a new one; the one so far is signed with beside it for `webhook_rotation`
};

/// A tenant's subscriptions. Threads: any. Another tenant's is `not_found`.
class WebhookRegistry {
 public:
  virtual ~WebhookRegistry() = default;
  /// `conflict` when the tenant has `most_webhooks`. Answers with the webhook as it is kept.
  [[nodiscard]] virtual Result<Webhook> create(const Webhook& webhook, const std::string& secret) = 0;
  [[nodiscard]] virtual Result<Webhook> find(const Tenant& tenant, const WebhookId& id) = 0;
  /// All of them, oldest first.
  [[nodiscard]] virtual Result<std::vector<Webhook>> list(const Tenant& tenant) = 0;
  /// One that is enabled again forgets why it was not.
  [[nodiscard]] virtual Result<Webhook> change(const Tenant& tenant, const WebhookId& id,
                                               const WebhookChange& change) = 0;
  /// With all that is on its way to it, and its log.
  [[nodiscard]] virtual Result<void> remove(const Tenant& tenant, const WebhookId& id) = 0;
};

/// `discarded`: the subscription was disabled before it could be sent.
enum class DeliveryState { pending, succeeded, failed, discarded };
[[nodiscard]] std::string_view name_of(DeliveryState state) noexcept;
[[nodiscard]] std::optional<DeliveryState> delivery_state_from(std::string_view name) noexcept;

/// What is kept of one delivery to a subscription.
struct DeliveryRecord {
  DeliveryId id;
  std::string type;  ///< `job.succeeded` …, `webhook.test`
  JobId job;         ///< empty for a test
  DeliveryState state = DeliveryState::pending;
  TimePoint created_at;
  std::optional<TimePoint> due_at;  ///< of the next attempt; while one is under way, when it counts as lost
  std::string attempts;             ///< those reported, as JSON objects with commas between (codec::encode_attempt)
};

/// A page of the log, newest first.
struct DeliveryPage {
  std::vector<DeliveryRecord> deliveries;
  std::optional<std::string> next_cursor;
};

/// The log of a subscription. Threads: any. Another tenant's subscription is `not_found`.
class WebhookLog {
 public:
  virtual ~WebhookLog() = default;
  [[nodiscard]] virtual Result<DeliveryPage> deliveries(const Tenant& tenant, const WebhookId& id, std::uint32_t limit,
                                                        const std::optional<std::string>& cursor) = 0;
  /// Sends it again, now and once, whatever its state; also by a subscription that is disabled.
  [[nodiscard]] virtual Result<DeliveryRecord> resend(const Tenant& tenant, const WebhookId& id,
                                                      const DeliveryId& delivery) = 0;
  /// Sends a `webhook.test`, likewise.
  [[nodiscard]] virtual Result<DeliveryRecord> test(const Tenant& tenant, const WebhookId& id) = 0;
};

/// One thing to send, for whoever took it. At least once: if it is not reported on within the lease, another takes it.
struct Delivery {
  DeliveryId id;
  WebhookId webhook;  ///< empty: a job's own callback
  WebTarget target;
  std::vector<std::string> secrets;  ///< to sign with, as `whsec_…`; none: unsigned
  std::string type;
  TimePoint at;               ///< of the event
  std::optional<Job> job;     ///< as it was then; nullopt: a test
  std::uint32_t attempt = 1;  ///< this one, counted from 1
  bool is_manual = false;     ///< asked for by a person: one attempt, and no consequences
};

/// What came of an attempt.
struct DeliveryReport {
  enum class Next { succeeded, retry, give_up } next = Next::succeeded;
  std::chrono::milliseconds retry_in{0};
  std::string attempt;         ///< for the log: codec::encode_attempt
  std::string disable_reason;  ///< a sentence: the subscription is disabled too; empty: it is not
};

/// What a front end may take at once.
struct DeliveryRoom {
  std::size_t free = 0;                     ///< in all
  std::size_t most_a_lane = 0;              ///< WebTarget::lane
  std::map<std::string, std::size_t> busy;  ///< taken and not reported on, by lane
  std::chrono::milliseconds lease{0};       ///< in which a delivery will be reported on
};

/// From the outbox to the targets; every front end has one, without a leader. Threads: any.
class DeliveryQueue {
 public:
  virtual ~DeliveryQueue() = default;
  /// Makes deliveries out of the events that no front end has looked at, in one step for each: how many it looked at,
  /// at most 100.
  [[nodiscard]] virtual Result<std::uint32_t> fan_out() = 0;
  /// Deliveries that are due, those of the longest waiting lanes first.
  [[nodiscard]] virtual Result<std::vector<Delivery>> take(const DeliveryRoom& room) = 0;
  /// True when it disabled the subscription. Nothing happens where it has been reported on, or taken by another.
  [[nodiscard]] virtual Result<bool> report(const Delivery& delivery, const DeliveryReport& report) = 0;
};

}  // namespace platen
