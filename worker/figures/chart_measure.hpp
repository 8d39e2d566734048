// One value of a chart: what its rows come to.
#pragma once

#include <cstdint>
#include <optional>

#include "platen/report.hpp"
#include "worker/data/decimal.hpp"

namespace platen::worker {

/// Sum, average, count, smallest and largest of numbers. Unlike a column's total, two can be put together.
class ChartMeasure {
 public:
  /// A row of which only the being there counts.
  void count() noexcept { ++count_; }
  /// False when the sum has more than 38 digits.
  [[nodiscard]] bool add(const Decimal& number) noexcept;
  [[nodiscard]] bool add(const ChartMeasure& other) noexcept;
  /// nullopt for the average, smallest and largest of nothing.
  [[nodiscard]] std::optional<double> value(Aggregate aggregate) const noexcept;

 private:
  std::uint64_t count_ = 0;
  Decimal sum_;
  std::optional<Decimal> least_;
  std::optional<Decimal> most_;
};

/// The nearest double.
[[nodiscard]] double to_double(const Decimal& number) noexcept;

}  // namespace platen::worker
