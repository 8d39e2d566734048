// A table's columns with every question settled: where the value is, how it is read and how it is written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/cell_looks.hpp"
#include "worker/data/date_format.hpp"
#include "worker/data/locale.hpp"
#include "worker/data/number_style.hpp"
#include "worker/data/survey.hpp"

namespace platen::worker {

/// `field` of a column that no row of the data has; its cells are empty.
inline constexpr std::size_t no_field = static_cast<std::size_t>(-1);

/// Immutable once made, so any thread may read and write cells by it (cell.hpp).
struct ColumnPlan {
  std::size_t field = no_field;  ///< index into Row::cells
  std::string name;              ///< of the field, for messages
  std::string label;             ///< for the header; never empty
  CellFormat format = CellFormat::text;
  std::string currency;     ///< ISO 4217, of CellFormat::currency
  char decimal_mark = '.';  ///< of the cells; JSON's own numbers always have '.'
  DateInput input = DateInput::iso;
  NumberStyle style;  ///< of its numbers
  DateFormat dates;   ///< of its dates and times
  CellLooks looks;
  Align align = Align::left;
  std::optional<double> width_mm;
  Overflow overflow = Overflow::ellipsis;
  std::optional<Aggregate> total;
};

/// Plans a table's columns, all of the data's where it names none.
/// - format: as given; else datetime where an `input` is; else as the survey found. align: as given, else numbers to
///   the right, dates and booleans in the middle, text to the left;
/// - decimals: as given; else a currency's own (JPY 0, EUR 2), else the most that the column has, at most 10; a
///   percent's two fewer;
/// - numbers are written as the locale has it, without one with the data's own decimal mark; all but `integer` (ids,
///   years) with thousands separators.
/// `pointer` is the table's place in the request (`/report/sections/3`). `invalid_report` with one FieldError for each
/// column that the data does not have (with the nearest that it has), whose total its kind does not allow or that has a
/// style whose value cannot be compared with its cells.
[[nodiscard]] Result<std::vector<ColumnPlan>> plan_columns(const TableSection& table,
                                                           const std::vector<std::string>& fields, const Survey& survey,
                                                           const Locale& locale, std::string_view pointer);

/// Plans one field as if a table showed it without any wish. Errors as of `plan_columns`, at `pointer` itself.
[[nodiscard]] Result<ColumnPlan> plan_field(std::string_view field, const std::vector<std::string>& fields,
                                            const Survey& survey, const Locale& locale, const std::string& pointer);

/// Plans the column that a table is grouped by: as the table shows it, else as if it were shown without any wish.
/// `group_by` is not empty. Errors as of `plan_columns`, at `pointer`/group_by.
[[nodiscard]] Result<ColumnPlan> plan_group(const TableSection& table, const std::vector<std::string>& fields,
                                            const Survey& survey, const Locale& locale, std::string_view pointer);

}  // namespace platen::worker
