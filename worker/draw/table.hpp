// A table of the report: what the scan learnt of it, and its rows as they are set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/total.hpp"
#include "worker/data/typed_rows.hpp"
#include "worker/draw/face.hpp"
#include "worker/draw/rows_of_table.hpp"
#include "worker/draw/shaper.hpp"
#include "worker/draw/sheet.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// A source position is kept for every so many rows: any row is near one, and a million rows take 100 KB.
inline constexpr std::uint64_t rows_a_mark = 512;

/// How cells look that meet a condition; what is absent is as in other cells.
struct LookPaint {
  std::optional<Rgb> colour;
  std::optional<Rgb> background;
  bool bold = false;
};

/// One column as it is drawn.
struct TableColumn {
  double width = 0;
  Stand stand = Stand::left;
  bool wraps = false;
  Squeeze squeeze = Squeeze::ellipsis;
  std::string total;             ///< of the totals row; empty: none
  std::vector<LookPaint> looks;  ///< by `look_of` less 1
};

/// Columns that stand side by side on a page; x from the page's left edge.
struct Strip {
  struct Place {
    std::size_t column = 0;
    double x = 0;
  };
  std::vector<Place> places;
  double left = 0;
  double right = 0;
};

/// Where a row lies in the data, and what its group's totals are before it.
struct Mark {
  Position position;
  std::uint64_t row = 0;
  std::vector<Total> running;  ///< one for each column with a total; empty without groups
};

/// Everything about a table but its rows. Filled by the scan, immutable afterwards: threads may share it.
struct Table {
  /// Of the columns, in order; after them, where rows are grouped, that of the groups.
  std::vector<ColumnPlan> plan;
  std::vector<TableColumn> columns;
  std::vector<Strip> strips;
  Metrics metrics;  ///< of its cells: smaller than the report's where it had to shrink
  Face face;
  Face bold;
  RowsOfTable source;
  std::uint64_t rows = 0;
  std::uint64_t skipped_rows = 0;
  std::vector<Mark> marks;                  ///< of rows at most `rows_a_mark` apart, the first one among them
  std::vector<std::uint8_t> row_lines;      ///< how many lines each row has; empty where all have one
  std::vector<std::uint64_t> group_starts;  ///< the rows that begin a group; empty: not grouped
  std::vector<std::string> group_names;     ///< of the first groups
  std::size_t most_lines = 1;               ///< of a row: as many as a page has room for
  bool zebra = true;
  bool wraps = false;   ///< some column does, so that rows differ in height
  bool totals = false;  ///< some column has one

  [[nodiscard]] bool is_grouped() const noexcept { return plan.size() > columns.size(); }
  [[nodiscard]] const ColumnPlan& group_plan() const { return plan.back(); }
  [[nodiscard]] TextBox box(const TableColumn& column) const {
    return {column.width - 2 * metrics.pad_x, column.wraps ? most_lines : 1, metrics.line};
  }
  /// From the upper edge of a row to its first baseline: capitals stand in the middle of their line.
  [[nodiscard]] double baseline() const { return metrics.pad_y + metrics.line / 2 + 0.36 * metrics.text; }
};

/// New totals for the columns that have one, in their order.
[[nodiscard]] std::vector<Total> new_totals(const std::vector<ColumnPlan>& plan);
/// Adds a row's values to them.
void add_to_totals(std::vector<Total>& totals, const std::vector<ColumnPlan>& plan, std::span<const Value> values);

/// Reads the rows of one table in order, from any row on, composes the texts of their cells and keeps the totals of the
/// group under way. Borrows: the table, the source. Threads: one. The source is no other's meanwhile.
class TableReader {
 public:
  TableReader(const Table& table, RowSource& source, OnBadRow on_bad_row);

  /// Makes `row` (counted from 0, those left out not counted) the current one.
  [[nodiscard]] Result<void> go_to(std::uint64_t row);
  /// Of the current row, valid until the next call of `go_to`.
  [[nodiscard]] std::span<const Value> values() const noexcept { return rows_.values(); }
  /// Composes a cell's text; valid until the next one.
  [[nodiscard]] std::string_view text(std::size_t column);
  /// Of the current row's group, the row itself included; one for each column with a total.
  [[nodiscard]] const std::vector<Total>& running() const noexcept { return running_; }

 private:
  void seek(std::uint64_t row);

  const Table& table_;
  TypedRows rows_;
  std::uint64_t next_ = 0;           ///< the row that the source gives next
  std::optional<std::uint64_t> at_;  ///< the current row
  std::vector<Total> running_;
  std::size_t next_group_ = 0;  ///< the first group that begins at `next_` or after
  std::string text_;
};

}  // namespace platen::worker
