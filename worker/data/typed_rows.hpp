// Rows whose cells have been read: the one place that decides which rows are in the report.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/row_source.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

/// A source under a plan. The same data and plan give the same rows in every pass, from any position.
/// Borrows: both. Threads: one.
class TypedRows {
 public:
  TypedRows(RowSource& source, std::span<const ColumnPlan> plan, OnBadRow on_bad_row)
      : source_(source), plan_(plan), on_bad_row_(on_bad_row) {}

  /// The next row that fits, or false at the end. A cell that its column's format cannot read is `bad_data`
  /// ("Row 17 (line 19), column 'total': 'abc' is not a number."), or its row is left out.
  [[nodiscard]] Result<bool> next();
  /// One for each column of the plan, valid until the next call.
  [[nodiscard]] std::span<const Value> values() const noexcept { return values_; }
  /// Of the row that `values` shows.
  [[nodiscard]] const Row& row() const noexcept { return row_; }
  /// From where a source gives that row first.
  [[nodiscard]] const Position& row_position() const noexcept { return row_position_; }

  [[nodiscard]] Position position() const noexcept { return source_.position(); }
  void seek(const Position& position);
  void rewind();
  /// Since the start or `seek`; those that the source left out included.
  [[nodiscard]] std::uint64_t skipped_rows() const noexcept { return skipped_ + source_.skipped_rows(); }

 private:
  /// Reads all cells of `row_`; nullopt if they fit.
  [[nodiscard]] std::optional<Error> read_row();

  RowSource& source_;
  std::span<const ColumnPlan> plan_;
  OnBadRow on_bad_row_;
  Row row_;
  Position row_position_;
  std::vector<Value> values_;
  std::uint64_t skipped_ = 0;
};

}  // namespace platen::worker
