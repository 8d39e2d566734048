// Totals of a column: exact, and a value, so that a page's index entry can hold a running one.
#pragma once

#include <cstdint>
#include <string>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

/// Sum, average, count, smallest or largest of what it was given. Empty cells do not count.
class Total {
 public:
  explicit Total(Aggregate aggregate) noexcept : aggregate_(aggregate) {}

  /// `bad_data` when the sum has more than 38 digits; the caller adds the column's name.
  [[nodiscard]] Result<void> add(const Value& value);
  /// Appends what the page shows, in the column's own format; an average of an `integer` column has two decimals,
  /// a count none. Nothing for the average, smallest or largest of no values.
  void append_to(std::string& out, const ColumnPlan& plan) const;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  void keep(const Value& value);

  Aggregate aggregate_;
  std::uint64_t count_ = 0;
  Decimal sum_;
  Value extreme_;             ///< the smallest or largest yet; its text is kept below
  std::string extreme_text_;  ///< of a date
};

/// Whether a column of this format can have such a total: sums and averages need numbers, smallest and largest
/// numbers or dates; everything can be counted.
[[nodiscard]] bool allows_total(CellFormat format, Aggregate aggregate) noexcept;

}  // namespace platen::worker
