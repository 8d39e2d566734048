#include "worker/figures/chart_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace platen::worker {

namespace {

constexpr double most_written = 1e10;  // from here on numbers are too long for an axis
constexpr double least_written = 1e-4;

Int128 power_of_ten(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

double ValueAxis::step() const noexcept { return factor * std::pow(10.0, exponent); }

std::string ValueAxis::label(std::int64_t tick, const NumberStyle& style) const {
  const int power = exponent - written_exponent;  // small either way, for the written numbers are
  const Int128 mantissa = static_cast<Int128>(tick) * factor * power_of_ten(std::max(power, 0));
  NumberStyle exact = style;
  exact.decimals = static_cast<unsigned>(std::max(-power, 0));
  std::string text;
  append_number(text, Decimal(mantissa, exact.decimals), exact);
  return text;
}

std::string ValueAxis::note() const {
  if (written_exponent == 0) return {};
  constexpr std::array<std::string_view, 10> raised = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = "× 10";
  for (const char c : fmt::format("{}", written_exponent))
    text += c == '-' ? std::string_view("⁻") : raised[static_cast<std::size_t>(c - '0')];
  return text;
}

ValueAxis value_axis(double low, double high, const AxisWish& wish) {
  if (low == high) {  // a range of its own size
    if (low >= 0) high = low == 0 ? 1 : low + std::abs(low) * 0.5;
    if (low < 0) low -= std::abs(low) * 0.5;
  }
  ValueAxis axis;
  const auto most_steps = static_cast<double>(std::max<std::size_t>(wish.most_ticks, 2) - 1);
  const double least_step = (high - low) / most_steps;
  axis.exponent = static_cast<int>(std::floor(std::log10(least_step))) - 1;
  if (wish.whole) axis.exponent = std::max(axis.exponent, 0);
  constexpr std::array factors = {1, 2, 5};
  for (std::size_t i = 0;; ++i) {  // each is about twice as coarse, so it ends
    axis.factor = factors[i % factors.size()];
    if (i > 0 && axis.factor == 1) ++axis.exponent;
    const double step = axis.step();
    const double first = std::floor(low / step + 1e-9);
    const double last = std::ceil(high / step - 1e-9);
    // Two steps are the fewest between numbers of different signs.
    if (last - first > std::max(most_steps, low < 0 && high > 0 ? 2.0 : 1.0)) continue;
    axis.first = static_cast<std::int64_t>(first);
    axis.last = std::max(static_cast<std::int64_t>(last), axis.first + 1);
    break;
  }
  const double largest = std::max(std::abs(axis.low()), std::abs(axis.high()));
  if (largest >= most_written || largest < least_written)
    axis.written_exponent = 3 * static_cast<int>(std::floor(std::log10(largest) / 3));
  return axis;
}

NumberStyle without_signs(NumberStyle style) {
  style.prefix.clear();
  style.suffix.clear();
  style.negative_prefix.assign(1, '-');
  style.negative_suffix.clear();
  return style;
}

std::string written(double value, unsigned decimals, const NumberStyle& style) {
  NumberStyle exact = style;
  exact.decimals = decimals;
  std::string text;
  if (const auto number = Decimal::parse(fmt::format("{:.{}f}", value, decimals)))
    append_number(text, *number, exact);
  else
    text = fmt::format("{:.3g}", value);  // more than 38 digits
  return text;
}

}  // namespace platen::worker
