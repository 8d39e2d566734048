// What a cell means under its column's format.
#pragma once

#include <cstdint>
#include <string_view>

#include "worker/data/decimal.hpp"
#include "worker/data/moment.hpp"

namespace platen::worker {

/// A cell that was read. `text` is borrowed from the row, and empty only for `Kind::empty`.
struct Value {
  enum class Kind : std::uint8_t { empty, text, number, moment, boolean };
  Kind kind = Kind::empty;
  bool truth = false;  ///< of a boolean
  Moment moment;       ///< of a moment
  Decimal number;      ///< of a number; of a percent what stands before the %
  std::string_view text;
};

/// Reads true/false, yes/no, y/n, t/f, on/off, 1/0 in any case. False for anything else.
[[nodiscard]] bool parse_boolean(std::string_view text, bool& truth) noexcept;

/// Without the spaces, tabs and no-break spaces around it.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

}  // namespace platen::worker
