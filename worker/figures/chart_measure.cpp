#include "worker/figures/chart_measure.hpp"

#include <cmath>

namespace platen::worker {

double to_double(const Decimal& number) noexcept {
  return static_cast<double>(static_cast<long double>(number.mantissa()) /
                             std::pow(10.0L, static_cast<long double>(number.scale())));
}

bool ChartMeasure::add(const Decimal& number) noexcept {
  ++count_;
  if (!least_ || number < *least_) least_ = number;
  if (!most_ || *most_ < number) most_ = number;
  const auto sum = sum_.plus(number);
  if (sum) sum_ = *sum;
  return sum.has_value();
}

bool ChartMeasure::add(const ChartMeasure& other) noexcept {
  count_ += other.count_;
  if (other.least_ && (!least_ || *other.least_ < *least_)) least_ = other.least_;
  if (other.most_ && (!most_ || *most_ < *other.most_)) most_ = other.most_;
  const auto sum = sum_.plus(other.sum_);
  if (sum) sum_ = *sum;
  return sum.has_value();
}

std::optional<double> ChartMeasure::value(Aggregate aggregate) const noexcept {
  switch (aggregate) {
    case Aggregate::sum: return to_double(sum_);
    case Aggregate::count: return static_cast<double>(count_);
    case Aggregate::average:
      return count_ == 0 ? std::nullopt : std::optional(to_double(sum_) / static_cast<double>(count_));
    case Aggregate::min: return least_ ? std::optional(to_double(*least_)) : std::nullopt;
    case Aggregate::max: return most_ ? std::optional(to_double(*most_)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace platen::worker
