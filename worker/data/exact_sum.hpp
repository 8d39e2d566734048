// A sum that is exact whatever it is made of.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "worker/data/decimal.hpp"

namespace platen::worker {

/// The sum of up to 2^64 decimals. Nothing is ever lost on the way, so the order of adding and merging makes no
/// difference, not even to whether the result can be told. A value.
class ExactSum {
 public:
  void add(const Decimal& number) noexcept;
  void merge(const ExactSum& other) noexcept;
  /// With as many digits after the mark as the longest of its parts; nullopt when that makes more than 38 digits.
  [[nodiscard]] std::optional<Decimal> value() const noexcept;

 private:
  // 10^38 with 38 digits behind the mark is below 2^253, and 2^64 of them below 2^317.
  using Limbs = std::array<std::uint64_t, 5>;  // the lowest first, in two's complement
  static void scale_up(Limbs& limbs, unsigned power) noexcept;
  void add_limbs(Limbs limbs, unsigned scale) noexcept;

  Limbs limbs_{};
  unsigned scale_ = 0;
};

}  // namespace platen::worker
