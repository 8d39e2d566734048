// The scale of a chart's values: round numbers that hold all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "worker/data/number_style.hpp"

namespace platen::worker {

/// Ticks at `step` × the whole numbers from `first` to `last`; the step is 1, 2 or 5 times a power of ten.
struct ValueAxis {
  std::int64_t first = 0;
  std::int64_t last = 1;
  int factor = 1;    ///< 1, 2 or 5
  int exponent = 0;  ///< step = factor × 10^exponent
  /// Values are written divided by 10^this, a multiple of 3; not 0 only where they would have too many digits.
  int written_exponent = 0;

  [[nodiscard]] double step() const noexcept;
  [[nodiscard]] double low() const noexcept { return static_cast<double>(first) * step(); }
  [[nodiscard]] double high() const noexcept { return static_cast<double>(last) * step(); }
  [[nodiscard]] double value(std::int64_t tick) const noexcept { return static_cast<double>(tick) * step(); }
  /// What stands beside a tick, exactly, with no more decimals than the step has.
  [[nodiscard]] std::string label(std::int64_t tick, const NumberStyle& style) const;
  /// "× 10⁹" where values are written divided, else empty.
  [[nodiscard]] std::string note() const;
};

struct AxisWish {
  std::size_t most_ticks = 6;  ///< at least 2
  bool whole = false;          ///< all values are: so are the ticks
};

/// The finest such axis that holds `low` to `high` (finite, low ≤ high) with so many ticks.
[[nodiscard]] ValueAxis value_axis(double low, double high, const AxisWish& wish);

/// The style with no more around a number than a minus: no currency, no percent sign.
[[nodiscard]] NumberStyle without_signs(NumberStyle style);

/// A value with so many decimals in the given style.
[[nodiscard]] std::string written(double value, unsigned decimals, const NumberStyle& style);

}  // namespace platen::worker
