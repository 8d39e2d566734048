#include "worker/data/exact_sum.hpp"

#include <algorithm>

namespace platen::worker {

namespace {

__extension__ using Unsigned128 = unsigned __int128;

constexpr std::uint64_t power_of_ten(unsigned exponent) noexcept {
  std::uint64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}
constexpr unsigned most_power_in_limb = 19;

}  // namespace

void ExactSum::scale_up(Limbs& limbs, unsigned power) noexcept {
  while (power > 0) {
    const unsigned step = std::min(power, most_power_in_limb);
    const Unsigned128 factor = power_of_ten(step);
    Unsigned128 carry = 0;
    for (std::uint64_t& limb : limbs) {
      carry += limb * factor;
      limb = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    power -= step;
  }
}

void ExactSum::add_limbs(Limbs limbs, unsigned scale) noexcept {
  if (scale > scale_) {
    scale_up(limbs_, scale - scale_);
    scale_ = scale;
  }
  scale_up(limbs, scale_ - scale);
  Unsigned128 carry = 0;
  for (std::size_t index = 0; index < limbs.size(); ++index) {
    carry += Unsigned128{limbs_[index]} + limbs[index];
    limbs_[index] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
}

void ExactSum::add(const Decimal& number) noexcept {
  const auto bits = static_cast<Unsigned128>(number.mantissa());
  const std::uint64_t sign = number.negative() ? ~std::uint64_t{0} : 0;
  add_limbs({static_cast<std::uint64_t>(bits), static_cast<std::uint64_t>(bits >> 64), sign, sign, sign},
            number.scale());
}

void ExactSum::merge(const ExactSum& other) noexcept { add_limbs(other.limbs_, other.scale_); }

std::optional<Decimal> ExactSum::value() const noexcept {
  const std::uint64_t sign = limbs_[1] >> 63 != 0 ? ~std::uint64_t{0} : 0;
  if (limbs_[2] != sign || limbs_[3] != sign || limbs_[4] != sign) return std::nullopt;
  const auto mantissa = static_cast<Int128>(Unsigned128{limbs_[1]} << 64 | limbs_[0]);
  const Decimal sum(mantissa, scale_);
  return sum.is_representable() ? std::optional(sum) : std::nullopt;
}

}  // namespace platen::worker
