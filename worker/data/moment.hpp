// Dates and times as they stand in data.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string_view>

#include "platen/report.hpp"

namespace platen::worker {

/// A date, a time of day, or both.
struct Moment {
  /// Since 1970 in UTC, or in the moment's own time where it names no zone; of a time alone since midnight.
  std::int64_t instant_ms = 0;
  std::int16_t offset_minutes = 0;  ///< of its zone, east of Greenwich
  bool has_date = false;
  bool has_time = false;
  bool has_seconds = false;
  bool has_zone = false;
  [[nodiscard]] std::int64_t local_ms() const noexcept { return instant_ms + std::int64_t{60'000} * offset_minutes; }
};

/// Why a text is no moment.
enum class MomentFault {
  not_a_moment,
  no_such_day,  ///< the 30th of February, a 13th month
  no_such_time,
  short_year,   ///< of two digits: which century?
  out_of_range  ///< not within the years 1 to 9999
};

/// Reads a date with or without a time, as the input says:
/// - iso: `2026-03-14`, `2026-03-14T15:09`, `2026-03-14 15:09:26.535+01:00` (`T` or one space; `Z` or an offset);
/// - dmy, mdy, ymd: `14.3.2026`, `03/14/2026`, `2026-03-14`, with `.`, `/` or `-` and one or two digits of day and
///   month; then, after a space, `T` or a comma and a space, a time as below;
/// - unix, unix_ms: a number of seconds or milliseconds since 1970, also with a fraction.
/// Fractions of seconds count down to milliseconds. Pure; asks nothing of the process's locale or time zone.
[[nodiscard]] tl::expected<Moment, MomentFault> parse_moment(std::string_view text, DateInput input) noexcept;

/// Reads a time of day: `15:09`, `9:05:26.5`, `3:09 PM`, each with `Z` or an offset behind it.
[[nodiscard]] tl::expected<Moment, MomentFault> parse_time(std::string_view text) noexcept;

/// The time of day of a moment that has one: its date is forgotten.
[[nodiscard]] Moment only_time(Moment moment) noexcept;

/// A moment's parts in its own time.
struct CivilTime {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  unsigned weekday = 0;  ///< 0: Sunday
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};
[[nodiscard]] CivilTime civil_time(const Moment& moment) noexcept;

}  // namespace platen::worker
