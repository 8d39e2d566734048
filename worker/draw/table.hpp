// A table of the report: what the scan learnt of it, and its rows as they are set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/typed_rows.hpp"
#include "worker/draw/face.hpp"
#include "worker/draw/shaper.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// A source position is kept for every so many rows: any row is near one, and a million rows take 50 KB.
inline constexpr std::uint64_t rows_a_mark = 512;

/// One column as it is drawn; x from the page's left edge.
struct TableColumn {
  double x = 0;
  double width = 0;
  Stand stand = Stand::left;
  bool wraps = false;
  std::string total;  ///< of the totals row; empty: none
};

/// Everything about a table but its rows. Filled by the scan, immutable afterwards; faces are borrowed.
struct Table {
  std::vector<ColumnPlan> plan;
  std::vector<TableColumn> columns;
  Metrics metrics;  ///< of its cells: smaller than the report's where it had to shrink
  Face* face = nullptr;
  Face* bold = nullptr;
  std::uint64_t rows = 0;
  std::uint64_t skipped_rows = 0;
  std::vector<Position> marks;  ///< of rows 0, rows_a_mark, …
  std::size_t most_lines = 1;   ///< of a row: as many as a page has room for
  bool zebra = true;
  bool wraps = false;   ///< some column does, so that rows differ in height
  bool totals = false;  ///< some column has one

  [[nodiscard]] double right() const { return columns.empty() ? 0 : columns.back().x + columns.back().width; }
  [[nodiscard]] double left() const { return columns.empty() ? 0 : columns.front().x; }
  [[nodiscard]] TextBox box(const TableColumn& column) const {
    return {column.width - 2 * metrics.pad_x, column.wraps ? most_lines : 1, metrics.line};
  }
  /// From the upper edge of a row to its first baseline: capitals stand in the middle of their line.
  [[nodiscard]] double baseline() const { return metrics.pad_y + metrics.line / 2 + 0.36 * metrics.text; }
};

/// Reads the rows of one table in order, from any row on, and composes the texts of their cells.
/// Borrows: the table, the source, the shaper. Threads: one. The source is no other's meanwhile.
class TableReader {
 public:
  TableReader(const Table& table, RowSource& source, OnBadRow on_bad_row, Shaper& shaper);

  /// Makes `row` (counted from 0, those left out not counted) the current one.
  [[nodiscard]] Result<void> go_to(std::uint64_t row);
  /// The texts of the current row's cells; valid until the next call of `go_to`.
  [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }
  /// The height that the current row takes.
  [[nodiscard]] double height();

 private:
  const Table& table_;
  TypedRows rows_;
  Shaper& shaper_;
  std::uint64_t next_ = 0;           ///< the row that the source gives next
  std::optional<std::uint64_t> at_;  ///< the row whose texts these are
  std::vector<std::string> texts_;
  std::vector<std::string_view> lines_;
};

}  // namespace platen::worker
