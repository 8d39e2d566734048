#include "worker/data/decimal.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "worker/data/value.hpp"

namespace platen::worker {

namespace {

constexpr auto powers_of_ten = [] {
  std::array<Int128, Decimal::max_digits + 1> powers{};
  Int128 power = 1;
  for (Int128& entry : powers) {
    entry = power;
    power = &entry == &powers.back() ? power : power * 10;
  }
  return powers;
}();
constexpr Int128 limit = powers_of_ten[Decimal::max_digits];  // mantissas are smaller

constexpr Int128 magnitude(Int128 value) noexcept { return value < 0 ? -value : value; }

std::optional<Int128> times_power(Int128 value, unsigned exponent) noexcept {
  if (value == 0) return value;
  // The usual case, without a division of 128 bits: 2^63 × 10^18 is below the limit.
  if (exponent <= 18 && magnitude(value) <= INT64_MAX) return value * powers_of_ten[exponent];
  if (exponent > Decimal::max_digits) return std::nullopt;
  const Int128 power = powers_of_ten[exponent];
  if (magnitude(value) > (limit - 1) / power) return std::nullopt;
  return value * power;
}

/// value / 10^exponent, half away from zero.
Int128 rounded_by_power(Int128 value, unsigned exponent) noexcept {
  if (exponent == 0) return value;
  if (exponent <= 18 && magnitude(value) <= INT64_MAX) {  // the usual case: divisions of 128 bits are slow
    const auto small = static_cast<std::int64_t>(value);
    const auto small_power = static_cast<std::int64_t>(powers_of_ten[exponent]);
    const std::int64_t rest = small % small_power;
    return small / small_power + (rest >= small_power / 2 ? 1 : 0) - (-rest >= small_power / 2 ? 1 : 0);
  }
  const Int128 power = powers_of_ten[std::min(exponent, Decimal::max_digits)];
  const Int128 quotient = value / power;
  const bool up = magnitude(value % power) >= power / 2;
  return up ? quotient + (value < 0 ? -1 : 1) : quotient;
}

bool is_digit(char character) noexcept { return character >= '0' && character <= '9'; }

/// Reads a number's parts off the beginning of a text. Digits past what fits are only remembered to be too many.
class NumberReader {
 public:
  NumberReader(std::string_view text, char mark) noexcept : text_(text), mark_(mark) {}

  bool read(NumberShape& shape) noexcept {
    if (take("-") || take("\xE2\x88\x92")) {
      negative_ = true;
    } else if (take("+")) {
      shape.plus = true;
    }
    if (!read_whole(shape)) return false;
    if (!text_.empty() && text_.front() == mark_) {
      text_.remove_prefix(1);
      const std::size_t digits = read_digits();
      if (digits == 0) return false;
      scale_ += static_cast<int>(digits);  // a cell is shorter than 2^31
    } else if (!has_whole_) {
      return false;
    }
    if (!text_.empty() && (text_.front() == 'e' || text_.front() == 'E')) {
      shape.exponent = true;
      if (!read_exponent()) return false;
    }
    return text_.empty();
  }

  [[nodiscard]] std::optional<Decimal> number() const noexcept {
    if (too_long_) return std::nullopt;
    const Int128 mantissa = negative_ ? -mantissa_ : mantissa_;
    if (mantissa == 0) return Decimal(0, static_cast<unsigned>(std::clamp(scale_, 0, max_scale)));
    if (scale_ > max_scale) return std::nullopt;
    if (scale_ >= 0) return Decimal(mantissa, static_cast<unsigned>(scale_));
    const auto scaled = times_power(mantissa, static_cast<unsigned>(-scale_));
    return scaled ? std::optional(Decimal(*scaled, 0)) : std::nullopt;
  }

 private:
  static constexpr int max_scale = static_cast<int>(Decimal::max_digits);
  static constexpr int max_exponent = 10'000;  // all that counts is that it is past every limit

  bool take(std::string_view prefix) noexcept {
    if (text_.empty() || text_.front() != prefix.front() || text_.substr(0, prefix.size()) != prefix) return false;
    text_.remove_prefix(prefix.size());
    return true;
  }

  /// Appends a run of digits to the mantissa; how many.
  std::size_t read_digits() noexcept {
    std::size_t count = 0;
    std::uint64_t small = 0;  // a part of at most 18 digits, for 128 bits are slow
    std::size_t in_small = 0;
    for (; count < text_.size() && is_digit(text_[count]); ++count) {
      small = 10 * small + static_cast<std::uint64_t>(text_[count] - '0');
      if (++in_small == 18) {
        append(small, in_small);
        small = in_small = 0;
      }
    }
    append(small, in_small);
    text_.remove_prefix(count);
    return count;
  }

  void append(std::uint64_t digits, std::size_t count) noexcept {
    if (count == 0) return;
    const auto shifted = times_power(mantissa_, static_cast<unsigned>(count));
    too_long_ = too_long_ || !shifted || *shifted > limit - 1 - static_cast<Int128>(digits);
    if (!too_long_) mantissa_ = *shifted + static_cast<Int128>(digits);
  }

  /// The group separator at the beginning of the text, with a digit behind it.
  [[nodiscard]] std::string_view separator() const noexcept {
    constexpr std::array<std::string_view, 7> separators = {",",           ".", " ", "'", "\xC2\xA0", "\xE2\x80\xAF",
                                                            "\xE2\x80\x99"};  // U+00A0, U+202F, U+2019
    for (const std::string_view candidate : separators) {
      if (candidate.front() != text_.front() || candidate.front() == mark_) continue;
      if (text_.substr(0, candidate.size()) != candidate) continue;
      if (text_.size() > candidate.size() && is_digit(text_[candidate.size()])) return candidate;
    }
    return {};
  }

  bool read_whole(NumberShape& shape) noexcept {
    const bool zero_first = !text_.empty() && text_.front() == '0';
    const std::size_t first = read_digits();
    has_whole_ = first > 0;
    shape.leading_zero = zero_first && first > 1;
    if (!has_whole_ || text_.empty() || text_.front() == mark_) return true;
    const std::string_view group = separator();
    if (group.empty()) return true;
    if (first > 3 || zero_first) return false;
    shape.grouped = true;
    shape.spaced = group != "," && group != "." && group != "'" && group != "\xE2\x80\x99";
    while (take(group))
      if (read_digits() != 3) return false;
    return true;
  }

  bool read_exponent() noexcept {
    text_.remove_prefix(1);
    const bool negative = take("-");
    if (!negative) (void)take("+");
    int exponent = 0;
    std::size_t count = 0;
    for (; count < text_.size() && is_digit(text_[count]); ++count)
      exponent = std::min(max_exponent, 10 * exponent + (text_[count] - '0'));
    text_.remove_prefix(count);
    scale_ += negative ? exponent : -exponent;
    return count > 0;
  }

  std::string_view text_;
  char mark_;
  bool negative_ = false;
  bool has_whole_ = false;
  bool too_long_ = false;
  Int128 mantissa_ = 0;
  int scale_ = 0;
};

/// The usual number, at once: a minus, at most 18 digits, a mark among them. Whether it is one.
bool read_plain(std::string_view text, char mark, Decimal& number, NumberShape& shape) noexcept {
  constexpr std::size_t most = 18 + 2;
  if (text.size() > most || text.empty()) return false;
  const bool negative = text.front() == '-';
  const std::size_t begin = negative ? 1 : 0;
  std::size_t mark_at = text.size();
  std::uint64_t value = 0;  // may wrap, where the digits are too many
  for (std::size_t index = begin; index < text.size(); ++index) {
    if (is_digit(text[index])) {
      value = 10 * value + static_cast<std::uint64_t>(text[index] - '0');
    } else if (text[index] == mark && mark_at == text.size()) {
      mark_at = index;
    } else {
      return false;
    }
  }
  const std::size_t scale = mark_at == text.size() ? 0 : text.size() - mark_at - 1;
  const bool digits_all_around = mark_at > begin && (mark_at == text.size() || scale > 0);
  if (!digits_all_around || text.size() - begin - (scale > 0 ? 1 : 0) > 18) return false;
  shape.leading_zero = text[begin] == '0' && mark_at - begin > 1;
  const auto magnitude = static_cast<std::int64_t>(value);
  number = Decimal(negative ? -magnitude : magnitude, static_cast<unsigned>(scale));
  return true;
}

}  // namespace

tl::expected<Decimal, NumberFault> Decimal::parse(std::string_view text, char mark, NumberShape* shape) noexcept {
  NumberShape unwanted;
  text = trimmed(text);
  Decimal plain;
  if (read_plain(text, mark, plain, shape ? *shape : unwanted)) return plain;
  NumberReader reader(text, mark);
  if (!reader.read(shape ? *shape : unwanted)) return tl::unexpected(NumberFault::not_a_number);
  const auto number = reader.number();
  if (!number) return tl::unexpected(NumberFault::too_long);
  return *number;
}

std::optional<Decimal> Decimal::plus(const Decimal& other) const noexcept {
  const unsigned scale = std::max(scale_, other.scale_);
  const auto left = times_power(mantissa_, scale - scale_);
  const auto right = times_power(other.mantissa_, scale - other.scale_);
  if (!left || !right) return std::nullopt;
  const Int128 sum = *left + *right;  // of two below 10^38, so within 128 bits
  if (magnitude(sum) >= limit) return std::nullopt;
  return Decimal(sum, scale);
}

std::optional<Decimal> Decimal::times_power_of_ten(unsigned power) const noexcept {
  if (scale_ >= power) return Decimal(mantissa_, scale_ - power);
  const auto scaled = times_power(mantissa_, power - scale_);
  return scaled ? std::optional(Decimal(*scaled, 0)) : std::nullopt;
}

std::optional<Decimal> Decimal::rounded(unsigned scale) const noexcept {
  if (scale < scale_) return Decimal(rounded_by_power(mantissa_, scale_ - scale), scale);
  const auto scaled = times_power(mantissa_, scale - scale_);
  return scaled ? std::optional(Decimal(*scaled, scale)) : std::nullopt;
}

bool Decimal::is_representable() const noexcept { return magnitude(mantissa_) < limit && scale_ <= max_digits; }

bool Decimal::rounds_to_zero(unsigned scale) const noexcept {
  return scale < scale_ ? rounded_by_power(mantissa_, scale_ - scale) == 0 : mantissa_ == 0;
}

std::optional<Decimal> Decimal::divided_by(std::uint64_t divisor, unsigned scale) const noexcept {
  const auto by = static_cast<Int128>(divisor);
  Int128 quotient = magnitude(mantissa_) / by;
  Int128 remainder = magnitude(mantissa_) % by;
  if (scale < scale_) {
    // A half of an even power of ten is whole: the remainder behind it cannot change which side it is on.
    quotient = rounded_by_power(quotient, scale_ - scale);
  } else {
    for (unsigned digit = scale_; digit < scale; ++digit) {  // by hand, as on paper
      const auto shifted = times_power(quotient, 1);
      if (!shifted || *shifted > limit - 11) return std::nullopt;
      remainder *= 10;
      quotient = *shifted + remainder / by;
      remainder %= by;
    }
    if (2 * remainder >= by) ++quotient;
  }
  return Decimal(mantissa_ < 0 ? -quotient : quotient, scale);
}

std::strong_ordering operator<=>(const Decimal& left, const Decimal& right) noexcept {
  if (left.scale_ == right.scale_) return left.mantissa_ <=> right.mantissa_;
  const Int128 left_power = powers_of_ten[left.scale_];
  const Int128 right_power = powers_of_ten[right.scale_];
  const Int128 left_whole = left.mantissa_ / left_power;
  const Int128 right_whole = right.mantissa_ / right_power;
  if (left_whole != right_whole) return left_whole <=> right_whole;
  const unsigned scale = std::max(left.scale_, right.scale_);
  // What is behind the mark is below 10^scale, so it can be brought to the same scale.
  return left.mantissa_ % left_power * powers_of_ten[scale - left.scale_] <=>
         right.mantissa_ % right_power * powers_of_ten[scale - right.scale_];
}

}  // namespace platen::worker
