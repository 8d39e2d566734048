#include "http/range.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::string_view unit = "bytes=";

RangeAnswer suffix(std::string_view digits, std::uint64_t bytes) {
  const auto asked = parse_number(digits);
  if (!asked) return {RangeVerdict::whole, {0, bytes}};
  if (*asked == 0 || bytes == 0) return {RangeVerdict::unsatisfiable, {}};
  const std::uint64_t length = std::min(*asked, bytes);
  return {RangeVerdict::part, {bytes - length, length}};
}

}  // namespace

RangeAnswer resolve_range(std::string_view field, std::uint64_t bytes) {
  const RangeAnswer whole{RangeVerdict::whole, {0, bytes}};
  if (!same_word(field.substr(0, unit.size()), unit) || field.find(',') != std::string_view::npos) return whole;
  const std::string_view spec = trim(field.substr(unit.size()));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return whole;
  if (dash == 0) return suffix(spec.substr(1), bytes);
  const auto first = parse_number(spec.substr(0, dash));
  const std::string_view last_digits = spec.substr(dash + 1);
  const auto last = last_digits.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : parse_number(last_digits);
  if (!first || !last || *last < *first) return whole;
  if (*first >= bytes) return {RangeVerdict::unsatisfiable, {}};
  return {RangeVerdict::part, {*first, std::min(*last, bytes - 1) - *first + 1}};
}

}  // namespace platen::http
