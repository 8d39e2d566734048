// The system's clock, and times as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platen/time.hpp"

namespace platen {

/// The wall clock. Immutable. Threads: any.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

/// RFC 3339 in UTC with milliseconds: `2026-03-01T12:00:00.000Z`.
[[nodiscard]] std::string rfc3339(TimePoint time);
/// A time as RFC 3339 has it, with any offset and any number of digits after the second, which are cut off after three;
/// nullopt for any other text and for times that do not exist.
[[nodiscard]] std::optional<TimePoint> parse_rfc3339(std::string_view text);
/// Milliseconds since 1970.
[[nodiscard]] inline long long unix_ms(TimePoint time) { return time.time_since_epoch().count(); }
[[nodiscard]] inline TimePoint from_unix_ms(long long ms) { return TimePoint(std::chrono::milliseconds(ms)); }

}  // namespace platen
