// One cell: from the data's text to a value, and from that to what the page shows.
// Threads: any, under one plan. Asks nothing of the process's locale.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "worker/data/column_plan.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

/// Reads a cell as its column's format says:
/// - currency: the sign or the code may stand before or behind the number;
/// - percent: 0.25 and 25% are the same; integer: no fraction; other numbers as Decimal::parse has them;
/// - date, time, datetime: by the plan's input (moment.hpp); a time may stand alone;
/// - booleans as value.hpp has them.
/// A false answer means that `fault` is the end of a sentence that begins with the row and column: "'abc' is not a
/// number".
[[nodiscard]] bool read_cell(const ColumnPlan& plan, std::string_view cell, std::optional<CellKind> kind, Value& value,
                             std::string& fault);

/// Appends what the page shows: nothing for empty; numbers by the plan's style; dates and times by its dates; Yes or
/// No; a text as it is. Allocates only when `out` must grow.
void append_value(std::string& out, const Value& value, const ColumnPlan& plan);

/// 0: plain; else 1 + an index into `plan.looks.looks()`, with what all rules that apply add up to.
[[nodiscard]] inline std::size_t look_of(const ColumnPlan& plan, const Value& value) noexcept {
  return plan.looks.empty() ? 0 : plan.looks.of(value);
}

}  // namespace platen::worker
