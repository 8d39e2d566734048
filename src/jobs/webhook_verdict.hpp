// What follows from a target's answer.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "net/courier.hpp"
#include "platen/webhook.hpp"

namespace platen::jobs {

/// How long to wait after the first attempt that fails, after the second …; after the one that follows the last, a
/// message is given up: after 75 h and 35 min. That of Standard Webhooks.
[[nodiscard]] const std::vector<std::chrono::milliseconds>& webhook_schedule();

/// A 2xx is success, 410 the end of the subscription; all else is tried again by the schedule, each wait 10 % more or
/// less at random (`share`, 0 to 1), or longer where the target asked for it, up to a day; then the subscription is
/// disabled. What was sent by hand is sent once, and disables nothing. Pure, but for the log's `at`.
[[nodiscard]] DeliveryReport judge(const Delivery& delivery, const net::Receipt& receipt, TimePoint at,
                                   const std::vector<std::chrono::milliseconds>& schedule, double share);

/// Why the answer is none that a target should give; empty for a 2xx.
[[nodiscard]] std::string complaint_of(const net::Receipt& receipt);

}  // namespace platen::jobs
