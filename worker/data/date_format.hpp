// How dates and times are written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platen/report.hpp"
#include "worker/data/moment.hpp"

namespace platen::worker {

/// A locale's pattern (CLDR, "Date Format Patterns"), cut into its parts.
struct DatePattern {
  enum class Field : std::uint8_t {
    literal,
    year,
    month,
    day,
    weekday,
    half_of_day,  ///< AM or PM
    era,          ///< of our own years: one name
    hour,         ///< 0 to 23
    hour_of_12,   ///< 1 to 12
    hour_of_24,   ///< 1 to 24
    hour_from_0,  ///< 0 to 11
    minute,
    second
  };
  struct Part {
    Field field = Field::literal;
    unsigned least_digits = 1;  ///< 2 of a year: its last two
    std::vector<std::string> names =
        {};                 ///< of a month, a weekday, a half of the day, an era; else the number is written
    std::string text = {};  ///< of a literal
  };
  std::vector<Part> parts;
  char32_t zero = U'0';  ///< the first of the ten digits
};

/// A locale's patterns in one style; without any (`DateStyle::iso`) all is ISO 8601. Immutable once made, so any thread
/// may read it.
struct DateFormat {
  DateStyle style = DateStyle::iso;
  DatePattern date;
  DatePattern time;  ///< with seconds, but in the short style
  DatePattern time_no_seconds;
  DatePattern both;  ///< date and time
  DatePattern both_no_seconds;
};

/// Appends a moment.
/// - `format` date shows its date only, time its time only, datetime what it has;
/// - seconds where it has them (the short style: never); fractions never;
/// - behind a time its zone, if it names one: `Z` or `+01:00`, with a locale's pattern ` UTC` or ` UTC+01:00`.
void append_moment(std::string& out, const Moment& moment, CellFormat format, const DateFormat& dates);

}  // namespace platen::worker
