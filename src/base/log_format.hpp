// A line of the log, in the forms in which it can be written. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "platen/time.hpp"

namespace platen {

/// What a line says beside its message. The text is borrowed; an empty one leaves the field out.
struct LogField {
  std::string_view name;  ///< lower-case letters and `_`
  std::variant<std::string_view, std::int64_t, double> value;
};

struct LogLine {
  TimePoint at;
  std::string_view process;
  std::string_view level;  ///< `info` …
  std::string_view message;
  std::span<const LogField> fields;
};

/// `2026-11-21T20:00:00.123Z platend info request method=GET path=/ status=200`, with a line feed. Values that hold
/// more than word characters are quoted; control characters are escaped, so that a line is a line.
[[nodiscard]] std::string logfmt_line(const LogLine& line);
/// `{"time":…,"process":…,"level":…,"message":…,"method":"GET","status":200}`, with a line feed. Bytes that are no
/// UTF-8 become U+FFFD.
[[nodiscard]] std::string json_line(const LogLine& line);
/// The journal's fields, each `NAME=value`: MESSAGE (as in logfmt), PRIORITY (syslog's), SYSLOG_IDENTIFIER, and each
/// field as PLATEN_NAME.
[[nodiscard]] std::vector<std::string> journal_fields(const LogLine& line);

}  // namespace platen
