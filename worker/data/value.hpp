// What a cell means under its column's format.
#pragma once

#include <cstdint>
#include <string_view>

#include "worker/data/decimal.hpp"

namespace platen::worker {

/// A cell that was read. `text` is borrowed from the row, and empty only for `Kind::empty`.
struct Value {
  enum class Kind : std::uint8_t { empty, text, number, date, boolean };
  Kind kind = Kind::empty;
  bool truth = false;           ///< of a boolean
  std::int64_t instant_ms = 0;  ///< of a date: since 1970 in UTC (or in the cell's own time where it names no zone)
  Decimal number;               ///< of a number; of a percent what stands before the %
  std::string_view text;
};

/// Reads `2026-03-14`, `2026-03-14T15:09`, `2026-03-14 15:09:26.535+01:00` (ISO 8601; `T` or one space; `Z` or an
/// offset). False for anything else, days that do not exist included.
[[nodiscard]] bool parse_date(std::string_view text, std::int64_t& instant_ms) noexcept;

/// Reads true/false, yes/no, y/n, t/f, on/off, 1/0 in any case. False for anything else.
[[nodiscard]] bool parse_boolean(std::string_view text, bool& truth) noexcept;

/// Without the spaces, tabs and no-break spaces around it.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

}  // namespace platen::worker
