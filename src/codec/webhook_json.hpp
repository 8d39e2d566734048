// Subscriptions, their log, and the messages themselves as JSON.
//
// All functions are pure. Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/job_json.hpp"
#include "platen/webhook.hpp"

namespace platen::codec {

/// Decodes `{"url","events","tags","description"}`: `url` is required, `events` are all where absent.
/// Misfits are an `invalid_request` with their places.
[[nodiscard]] Result<Webhook> decode_webhook(std::string_view body);
/// The same members, each optional, and `enabled`.
[[nodiscard]] Result<WebhookChange> decode_webhook_change(std::string_view body);

/// A subscription; with `secret` where that is not empty: it is shown once.
[[nodiscard]] std::string encode_webhook(const Webhook& webhook, std::string_view secret = {});
/// `{"data":[…]}`
[[nodiscard]] std::string encode_webhooks(const std::vector<Webhook>& webhooks);

[[nodiscard]] std::string encode_delivery(const DeliveryRecord& delivery);
/// `{"data":[…],"next_cursor":…}`
[[nodiscard]] std::string encode_deliveries(const DeliveryPage& page);

/// One attempt at a delivery.
struct Attempt {
  std::uint32_t number = 1;
  TimePoint at;
  std::chrono::milliseconds duration{0};
  int status = 0;     ///< 0: there was no answer
  std::string error;  ///< empty when it succeeded
};
/// `{"attempt":1,"at":…,"duration_ms":…,"status":500,"error":"…"}`
[[nodiscard]] std::string encode_attempt(const Attempt& attempt);

/// What is sent: `{"type":"job.succeeded","timestamp":…,"data":{the job}}`.
[[nodiscard]] std::string encode_message(std::string_view type, TimePoint at, const Job& job, const JobView& view);
/// `{"type":"webhook.test","timestamp":…,"data":{"webhook":"whk_…"}}`
[[nodiscard]] std::string encode_test_message(std::string_view type, TimePoint at, const WebhookId& webhook);

}  // namespace platen::codec
