// How a webhook is signed (Standard Webhooks, https://www.standardwebhooks.com).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platen/time.hpp"
#include "platen/webhook.hpp"

namespace platen::jobs {

/// The header lines of a message: `webhook-id`, `webhook-timestamp` (seconds since 1970) and, where there are secrets,
/// `webhook-signature`: for each of them `v1,` and the base64 of the HMAC-SHA-256 of `id.timestamp.body`, with a space
/// between. A text that is no secret does not sign. Pure.
[[nodiscard]] std::vector<std::string> webhook_headers(const DeliveryId& id, TimePoint now, std::string_view body,
                                                       const std::vector<std::string>& secrets);

}  // namespace platen::jobs
