#include "worker/data/number_style.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "worker/data/utf8.hpp"

namespace platen::worker {

namespace {

/// Writes a magnitude's digits before `end`, at least `least` of them; where they begin.
char* write_digits(char* end, Int128 value, unsigned least) noexcept {
  const char* const enough = end - least;
  while (value > INT64_MAX) {
    *--end = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  }
  for (auto small = static_cast<std::uint64_t>(value); small > 0; small /= 10)
    *--end = static_cast<char>('0' + small % 10);
  while (end > enough) *--end = '0';
  return end;
}

void append_whole(std::string& out, std::string_view digits, const NumberStyle& style) {
  const bool grouped = !style.group.empty() && digits.size() >= style.first_group + style.least_grouped;
  while (grouped && digits.size() > style.first_group) {
    const std::size_t count = (digits.size() - style.first_group - 1) % style.other_groups + 1;
    append_digits(out, digits.substr(0, count), style.zero);
    out.append(style.group);
    digits.remove_prefix(count);
  }
  append_digits(out, digits, style.zero);
}

}  // namespace

void append_digits(std::string& out, std::string_view digits, char32_t zero) {
  if (zero == U'0') {
    out.append(digits);
    return;
  }
  for (const char digit : digits) append_code_point(out, zero + static_cast<char32_t>(digit - '0'));
}

void append_number(std::string& out, const Decimal& number, const NumberStyle& style) {
  const Decimal shown = number.scale() > style.decimals ? *number.rounded(style.decimals) : number;
  const bool negative = shown.negative();
  const unsigned scale = shown.scale();
  std::array<char, 2 * Decimal::max_digits> buffer;
  char* const end = buffer.data() + buffer.size();
  const char* const begin = write_digits(end, negative ? -shown.mantissa() : shown.mantissa(), scale + 1);
  const std::string_view digits(begin, static_cast<std::size_t>(end - begin));
  out.append(negative ? style.negative_prefix : style.prefix);
  append_whole(out, digits.substr(0, digits.size() - scale), style);
  if (style.decimals > 0) {
    out.append(style.mark);
    append_digits(out, digits.substr(digits.size() - scale), style.zero);
    for (unsigned digit = scale; digit < style.decimals; ++digit) append_digits(out, "0", style.zero);
  }
  out.append(negative ? style.negative_suffix : style.suffix);
}

}  // namespace platen::worker
