#include "jobs/webhook_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "codec/webhook_json.hpp"

namespace platen::jobs {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr int status_gone = 410;
constexpr double jitter = 0.1;
constexpr milliseconds longest_wait = hours(24);

bool is_success(int status) { return status >= 200 && status < 300; }

milliseconds jittered(milliseconds wait, double share) {
  return milliseconds(std::llround(static_cast<double>(wait.count()) * (1 - jitter + 2 * jitter * share)));
}

}  // namespace

const std::vector<milliseconds>& webhook_schedule() {
  static const std::vector<milliseconds> schedule{seconds(5), minutes(5), minutes(30), hours(2), hours(5),
                                                  hours(10),  hours(14),  hours(20),   hours(24)};
  return schedule;
}

std::string complaint_of(const net::Receipt& receipt) {
  if (receipt.status == 0) return receipt.error;
  if (is_success(receipt.status)) return {};
  if (receipt.status >= 300 && receipt.status < 400) return "The target redirects; redirects are not followed.";
  if (receipt.status == status_gone) return "The target says that it is gone for good.";
  return fmt::format("The target answers {}.", receipt.status);
}

DeliveryReport judge(const Delivery& delivery, const net::Receipt& receipt, TimePoint at,
                     const std::vector<milliseconds>& schedule, double share) {
  using Next = DeliveryReport::Next;
  const std::string complaint = complaint_of(receipt);
  DeliveryReport report{
      .next = Next::succeeded,
      .retry_in = {},
      .attempt = codec::encode_attempt({delivery.attempt, at, receipt.duration, receipt.status, complaint}),
      .disable_reason = {}};
  if (is_success(receipt.status)) return report;
  report.next = Next::give_up;
  if (delivery.is_manual) return report;
  if (receipt.status == status_gone) {
    report.disable_reason = complaint;
  } else if (delivery.attempt > schedule.size()) {
    report.disable_reason = fmt::format("A message failed {} times. {}", delivery.attempt, complaint);
  } else {
    const milliseconds asked = receipt.retry_after.value_or(seconds(0));
    report.next = Next::retry;
    report.retry_in = std::max(jittered(schedule[delivery.attempt - 1], share), std::min(asked, longest_wait));
  }
  return report;
}

}  // namespace platen::jobs
