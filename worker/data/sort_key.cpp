#include "worker/data/sort_key.hpp"

#include <array>
#include <cstdint>

namespace platen::worker {

namespace {

constexpr char present = 1;
constexpr char absent = 2;

void push(std::string& out, unsigned byte) { out.push_back(static_cast<char>(byte)); }

void append_instant(std::string& out, std::int64_t instant_ms) {
  const std::uint64_t bits = static_cast<std::uint64_t>(instant_ms) ^ (std::uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) push(out, static_cast<unsigned>(bits >> shift) & 0xFF);
}

/// A sign; where the first digit stands; the digits from there on, two a byte, without zeros at the end; a zero. All
/// but the sign is turned round below zero.
void append_decimal(std::string& out, const Decimal& number) {
  constexpr unsigned below_zero = 1;
  constexpr unsigned zero = 2;
  constexpr unsigned above_zero = 3;
  if (number.mantissa() == 0) return push(out, zero);
  std::array<unsigned char, Decimal::max_digits + 2> digits{};  // the last first
  std::size_t count = 0;
  for (Int128 rest = number.negative() ? -number.mantissa() : number.mantissa(); rest > 0;) {
    constexpr std::int64_t chunk = 1'000'000'000;  // divisions of 128 bits are slow
    auto part = static_cast<std::int64_t>(rest % chunk);
    rest /= chunk;
    for (int digit = 0; digit < 9 && (rest > 0 || part > 0); ++digit, part /= 10)
      digits[count++] = static_cast<unsigned char>(part % 10);
  }
  std::size_t last = 0;
  while (digits[last] == 0) ++last;
  const unsigned turn = number.negative() ? 0xFF : 0;
  constexpr unsigned bias = Decimal::max_digits + 1;
  push(out, number.negative() ? below_zero : above_zero);
  push(out, (static_cast<unsigned>(count) + bias - number.scale()) ^ turn);
  for (std::size_t at = count; at > last;) {
    const unsigned tens = digits[--at];
    const unsigned ones = at > last ? digits[--at] : 0U;
    push(out, (10 * tens + ones + 1) ^ turn);
  }
  push(out, 0 ^ turn);
}

}  // namespace

void append_sort_key(std::string& out, const Value& value, Direction direction, Collation& collation) {
  if (value.kind == Value::Kind::empty) return out.push_back(absent);
  out.push_back(present);
  const std::size_t begin = out.size();
  switch (value.kind) {
    case Value::Kind::empty: break;
    case Value::Kind::text:
      collation.append_key(out, value.text, most_text_key_bytes);
      out.push_back(0);
      break;
    case Value::Kind::boolean: push(out, value.truth ? 1 : 0); break;
    case Value::Kind::moment: append_instant(out, value.moment.instant_ms); break;
    case Value::Kind::number: append_decimal(out, value.number); break;
  }
  if (direction == Direction::ascending) return;
  for (std::size_t index = begin; index < out.size(); ++index)
    out[index] = static_cast<char>(~static_cast<unsigned char>(out[index]));
}

}  // namespace platen::worker
