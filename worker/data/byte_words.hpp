// Eight bytes at a time ("SIMD within a register"): a test sets the highest bit of each byte that it is true of.
// A borrow or carry can set more, but only above one that is true, and the lowest is what is asked for.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace platen::worker {

inline constexpr std::uint64_t all_ones = 0x0101010101010101;
inline constexpr std::uint64_t all_highs = 0x8080808080808080;

constexpr std::uint64_t repeated(char byte) noexcept { return all_ones * static_cast<unsigned char>(byte); }
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept { return (word - all_ones) & ~word & all_highs; }
/// Bytes that are no printable ASCII: below 0x20, or from 0x7F on.
constexpr std::uint64_t odd_bytes(std::uint64_t word) noexcept {
  return (((word - repeated(' ')) & ~word) | word | (word + all_ones)) & all_highs;
}
/// How many of the lowest bytes come before the first that a test is true of; `hits` is its answer, and not 0.
constexpr std::size_t bytes_before(std::uint64_t hits) noexcept {
  return static_cast<std::size_t>(std::countr_zero(hits)) / 8;
}

/// The first byte of the text is the lowest.
inline std::uint64_t load_word(const char* bytes) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

constexpr bool is_printable_ascii(char byte) noexcept { return byte >= 0x20 && byte < 0x7F; }

}  // namespace platen::worker
