// One value of a chart: what its rows come to.
#pragma once

#include <cstdint>
#include <optional>

#include "platen/report.hpp"
#include "worker/data/decimal.hpp"
#include "worker/data/exact_sum.hpp"

namespace platen::worker {

/// Sum, average, count, smallest and largest of numbers, all at once: what is asked for is told at the end.
class ChartMeasure {
 public:
  /// A row of which only the being there counts.
  void count() noexcept { ++count_; }
  void add(const Decimal& number) noexcept;
  void add(const ChartMeasure& other) noexcept;
  /// False when the sum has more than 38 digits.
  [[nodiscard]] bool fits() const noexcept { return sum_.value().has_value(); }
  /// nullopt for the average, smallest and largest of nothing, and for a sum that does not fit.
  [[nodiscard]] std::optional<double> value(Aggregate aggregate) const noexcept;

 private:
  std::uint64_t count_ = 0;
  ExactSum sum_;
  std::optional<Decimal> least_;
  std::optional<Decimal> most_;
};

/// The nearest double.
[[nodiscard]] double to_double(const Decimal& number) noexcept;

}  // namespace platen::worker
