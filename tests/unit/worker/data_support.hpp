// What the tests of reading data share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/report.hpp"
#include "tests/support/catch.hpp"
#include "worker/data/cell.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/open_rows.hpp"
#include "worker/data/survey.hpp"
#include "worker/data/typed_rows.hpp"

namespace platen::worker::test {

using Cells = std::vector<std::string>;

struct Table {
  Cells columns;
  std::vector<Cells> rows;
  std::optional<Error> error;  // what ended it early
  std::uint64_t skipped = 0;
  std::uint64_t replaced = 0;
};

inline Cells cells_of(const Row& row) { return {row.cells.begin(), row.cells.end()}; }

/// Reads to the end or to the first error.
inline Table read_rows(RowSource& source) {
  Table table;
  Row row;
  for (;;) {
    const auto found = source.next(row);
    if (!found) table.error = found.error();
    if (!found || !*found) break;
    table.rows.push_back(cells_of(row));
  }
  table.columns = source.columns();
  table.skipped = source.skipped_rows();
  table.replaced = source.replaced();
  return table;
}

/// As a report's data would be read, from detection on.
inline Table read_table(std::string_view bytes, const DataSpec& spec = {}, OpenOptions options = {}) {
  const auto dialect = detect_dialect(bytes, spec);
  if (!dialect) return {.columns = {}, .rows = {}, .error = dialect.error()};
  const auto source = open_rows(bytes, *dialect, std::move(options));
  if (!source) return {.columns = {}, .rows = {}, .error = source.error()};
  return read_rows(**source);
}

inline std::string error_of(const Table& table) { return table.error ? table.error->detail : "no error"; }

/// The data with one table over it, surveyed and planned.
struct Planned {
  std::unique_ptr<RowSource> source;
  Survey survey{std::nullopt};
  Result<std::vector<ColumnPlan>> plans{};
};

/// `bytes` must outlive it.
inline Planned plan_table(std::string_view bytes, const TableSection& section = {}, const DataSpec& spec = {},
                          OnBadRow on_bad_row = OnBadRow::fail, std::string_view locale = {}) {
  const Dialect dialect = detect_dialect(bytes, spec).value();
  Planned planned{.source = open_rows(bytes, dialect, {.on_bad_row = on_bad_row}).value(),
                  .survey = Survey(spec.decimal, likely_decimal_mark(dialect))};
  Row row;
  while (planned.source->next(row).value()) planned.survey.add(row);
  planned.plans = plan_columns(section, planned.source->columns(), planned.survey, Locale::find(locale).value(),
                               "/report/sections/0");
  planned.source->rewind();
  return planned;
}

/// All cells as they would be printed; ends with the error's sentence if there is one.
inline std::vector<Cells> printed(std::string_view bytes, const TableSection& section = {}, const DataSpec& spec = {},
                                  OnBadRow on_bad_row = OnBadRow::fail, std::string_view locale = {}) {
  const Planned planned = plan_table(bytes, section, spec, on_bad_row, locale);
  if (!planned.plans) return {{planned.plans.error().detail}};
  TypedRows rows(*planned.source, *planned.plans, on_bad_row);
  std::vector<Cells> result;
  for (;;) {
    const auto found = rows.next();
    if (!found) result.push_back({found.error().detail});
    if (!found || !*found) return result;
    Cells cells;
    for (std::size_t index = 0; index < planned.plans->size(); ++index)
      append_value(cells.emplace_back(), rows.values()[index], (*planned.plans)[index]);
    result.push_back(cells);
  }
}

inline Column column(std::string field, std::optional<CellFormat> format = std::nullopt) {
  Column result;
  result.field = std::move(field);
  result.format = format;
  return result;
}

/// One cell of a CSV as its column prints it, or the error's sentence.
inline std::string print_one(const Column& wanted, std::string_view cell, const DataSpec& spec = {},
                             std::string_view locale = {}) {
  const std::string text = wanted.field + "\n\"" + std::string(cell) + "\"\n";
  return printed(text, {.columns = {wanted}}, spec, OnBadRow::fail, locale).front().front();
}

inline Column money(std::string code) {
  Column result = column("v", CellFormat::currency);
  result.currency = std::move(code);
  return result;
}

}  // namespace platen::worker::test
