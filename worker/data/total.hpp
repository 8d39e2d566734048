// Totals of a column: exact, and values, so that groups, pages and threads can each have their own and merge them.
#pragma once

#include <cstdint>
#include <string>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/exact_sum.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

/// Sum, average, count, smallest or largest of what it was given. Empty cells do not count. The order of adding and
/// merging makes no difference.
class Total {
 public:
  explicit Total(Aggregate aggregate) noexcept : aggregate_(aggregate) {}

  void add(const Value& value) noexcept;
  /// As if all that `other` (of the same aggregate) was given had been given to this one.
  void merge(const Total& other) noexcept;

  /// Empty for the average, smallest or largest of no values. `bad_data`, naming the column, for a sum (also an
  /// average's) of more than 38 digits.
  [[nodiscard]] Result<Value> value(const ColumnPlan& plan) const;
  /// Appends what the page shows, in the column's own format; an average of an `integer` column has two decimals,
  /// a count none. Fails as `value` does.
  [[nodiscard]] Result<void> append_to(std::string& out, const ColumnPlan& plan) const;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  Aggregate aggregate_;
  std::uint64_t count_ = 0;
  ExactSum sum_;
  Value extreme_;  ///< the smallest or largest yet, a number or a moment
};

/// Whether a column of this format can have such a total: sums and averages need numbers, smallest and largest
/// numbers, dates or times; everything can be counted.
[[nodiscard]] bool allows_total(CellFormat format, Aggregate aggregate) noexcept;

}  // namespace platen::worker
