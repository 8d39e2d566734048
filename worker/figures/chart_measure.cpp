#include "worker/figures/chart_measure.hpp"

#include <cmath>

namespace platen::worker {

double to_double(const Decimal& number) noexcept {
  return static_cast<double>(static_cast<long double>(number.mantissa()) /
                             std::pow(10.0L, static_cast<long double>(number.scale())));
}

void ChartMeasure::add(const Decimal& number) noexcept {
  ++count_;
  if (!least_ || number < *least_) least_ = number;
  if (!most_ || *most_ < number) most_ = number;
  sum_.add(number);
}

void ChartMeasure::add(const ChartMeasure& other) noexcept {
  count_ += other.count_;
  if (other.least_ && (!least_ || *other.least_ < *least_)) least_ = other.least_;
  if (other.most_ && (!most_ || *most_ < *other.most_)) most_ = other.most_;
  sum_.merge(other.sum_);
}

std::optional<double> ChartMeasure::value(Aggregate aggregate) const noexcept {
  const auto number = [](const std::optional<Decimal>& known) {
    return known ? std::optional(to_double(*known)) : std::nullopt;
  };
  switch (aggregate) {
    case Aggregate::sum: return number(sum_.value());
    case Aggregate::count: return static_cast<double>(count_);
    case Aggregate::min: return number(least_);
    case Aggregate::max: return number(most_);
    case Aggregate::average: break;
  }
  const auto sum = number(sum_.value());
  return sum && count_ > 0 ? std::optional(*sum / static_cast<double>(count_)) : std::nullopt;
}

}  // namespace platen::worker
