// Exact decimal numbers: money and quantities never pass through floating point.
#pragma once

#include <tl/expected.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace platen::worker {

__extension__ using Int128 = __int128;

/// Why a text is no Decimal.
enum class NumberFault { not_a_number, too_long };

/// What a text that may be a number looked like, besides its value.
struct NumberShape {
  bool grouped = false;       ///< had thousands separators
  bool spaced = false;        ///< and these were spaces: without a decimal mark perhaps a telephone number
  bool leading_zero = false;  ///< like 007: probably an id
  bool plus = false;          ///< like +49…: probably a telephone number
  bool exponent = false;
};

/// `mantissa` × 10^-`scale`, of at most 38 digits. A value; all operations are exact or say that they cannot be.
class Decimal {
 public:
  static constexpr unsigned max_digits = 38;

  constexpr Decimal() noexcept = default;
  constexpr Decimal(Int128 mantissa, unsigned scale) noexcept : mantissa_(mantissa), scale_(scale) {}

  /// Reads `-1,234.50`: a sign (also U+2212), digits, alone or in groups of three with the same separator between
  /// all of them (the other one of `.` and `,`, a space, a no-break space, U+202F or an apostrophe), `mark` and more
  /// digits, an exponent. Spaces around it are left out. NaN and Infinity are not numbers.
  [[nodiscard]] static tl::expected<Decimal, NumberFault> parse(std::string_view text, char mark = '.',
                                                                NumberShape* shape = nullptr) noexcept;

  [[nodiscard]] constexpr Int128 mantissa() const noexcept { return mantissa_; }
  /// Digits after the decimal mark, trailing zeros included.
  [[nodiscard]] constexpr unsigned scale() const noexcept { return scale_; }
  [[nodiscard]] constexpr bool negative() const noexcept { return mantissa_ < 0; }
  /// Whether its digits are no more than 38: of all but those made of a mantissa and scale it is true.
  [[nodiscard]] bool is_representable() const noexcept;
  /// Whether it is nothing when it is rounded to so many digits.
  [[nodiscard]] bool rounds_to_zero(unsigned scale) const noexcept;

  /// nullopt when the exact sum has more than 38 digits.
  [[nodiscard]] std::optional<Decimal> plus(const Decimal& other) const noexcept;
  /// 10^`power` times as much, as 2 for what a percent format shows.
  [[nodiscard]] std::optional<Decimal> times_power_of_ten(unsigned power) const noexcept;
  /// With exactly `scale` digits after the mark, half away from zero.
  [[nodiscard]] std::optional<Decimal> rounded(unsigned scale) const noexcept;
  /// The quotient, rounded to `scale` digits, half away from zero. `divisor` > 0.
  [[nodiscard]] std::optional<Decimal> divided_by(std::uint64_t divisor, unsigned scale) const noexcept;

  /// By value: 1.50 equals 1.5.
  friend std::strong_ordering operator<=>(const Decimal& left, const Decimal& right) noexcept;
  friend bool operator==(const Decimal& left, const Decimal& right) noexcept { return (left <=> right) == 0; }

 private:
  Int128 mantissa_ = 0;
  unsigned scale_ = 0;
};

}  // namespace platen::worker
