#include "http/auth/rate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace platen::http {

void tell_allowance(std::string_view policy, const Allowance& allowance, httplib::Headers& fields) {
  fields.emplace("RateLimit-Policy",
                 fmt::format("\"{}\";q={};w={}", policy, allowance.limit.quota, allowance.limit.window.count()));
  fields.emplace("RateLimit", fmt::format("\"{}\";r={};t={}", policy, allowance.left, allowance.full_in.count()));
}

Meter::Taken Meter::take(const Metering& metering, Time now) {
  using std::chrono::nanoseconds;
  const RateLimit& limit = metering.limit;
  const nanoseconds window = limit.window;
  const nanoseconds share = window / limit.quota;
  Time& paid_until = paid_until_.try_emplace(metering.key.text, now).first->second;
  const nanoseconds ahead = std::max(paid_until - now, nanoseconds(0)) + share;
  const auto seconds = [](nanoseconds time) { return std::chrono::ceil<std::chrono::seconds>(time); };
  if (ahead > window)
    return {{limit, 0, seconds(ahead - share)}, std::max(seconds(ahead - window), std::chrono::seconds(1))};
  paid_until = now + ahead;
  return {{limit, static_cast<std::uint64_t>((window - ahead) / share), seconds(ahead)}, std::nullopt};
}

}  // namespace platen::http
