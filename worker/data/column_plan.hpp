// A table's columns with every question settled: where the value is, how it is read and how it is written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/row_json.hpp"
#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/decimal.hpp"
#include "worker/data/survey.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

/// `field` of a column that no row of the data has; its cells are empty.
inline constexpr std::size_t no_field = static_cast<std::size_t>(-1);

struct ColumnPlan {
  std::size_t field = no_field;  ///< index into Row::cells
  std::string name;              ///< of the field, for messages
  std::string label;             ///< for the header; never empty
  CellFormat format = CellFormat::text;
  std::string currency;     ///< ISO 4217, of CellFormat::currency
  char decimal_mark = '.';  ///< of the cells; JSON's own numbers always have '.'
  NumberStyle style;        ///< of its numbers
  Align align = Align::left;
  std::optional<double> width_mm;
  Overflow overflow = Overflow::ellipsis;
  std::optional<Aggregate> total;
};

/// Plans a table's columns, all of the data's where it names none.
/// - format: as given, else as the survey found; align: as given, else numbers to the right, dates and booleans in
///   the middle, text to the left;
/// - decimals: as given; else a currency's own (JPY 0, EUR 2), else the most that the column has, at most 10; a
///   percent's two fewer;
/// - numbers are written with the data's own decimal mark; all but `integer` (ids, years) with thousands separators.
/// `pointer` is the table's place in the request (`/report/sections/3`). `invalid_report` with one FieldError for each
/// column that the data does not have (with the nearest that it has) or whose total its kind does not allow.
[[nodiscard]] Result<std::vector<ColumnPlan>> plan_columns(const TableSection& table,
                                                           const std::vector<std::string>& fields, const Survey& survey,
                                                           std::string_view pointer);

/// Reads a cell as its column's format says:
/// - currency: the sign or the code may stand before or behind the number;
/// - percent: 0.25 and 25% are the same; integer: no fraction; the rest as Decimal::parse and value.hpp have it.
/// A false answer means that `fault` is the end of a sentence that begins with the row and column: "'abc' is not a
/// number".
[[nodiscard]] bool read_cell(const ColumnPlan& plan, std::string_view cell, std::optional<codec::CellKind> kind,
                             Value& value, std::string& fault);

/// Appends what the page shows: nothing for empty; numbers by the plan's style; `2026-03-14 15:09:26+01:00` for dates
/// with a time (fractions of a second left out); Yes or No; a text as it is. Allocates only when `out` must grow.
void append_value(std::string& out, const Value& value, const ColumnPlan& plan);

}  // namespace platen::worker
