// UTF-8 that may be broken, made whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace platen::worker {

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";  // U+FFFD

/// The sequence at the beginning of a text. An invalid one is as long as what one U+FFFD stands for: the longest
/// beginning of a valid sequence, or one byte (Unicode 15, section 3.9, "maximal subparts").
struct Utf8Sequence {
  std::size_t bytes;
  bool valid;
};
[[nodiscard]] Utf8Sequence utf8_sequence(std::string_view text) noexcept;

/// Whether the text is valid.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
/// Appends the text with U+FFFD for each invalid sequence; how many there were.
std::uint64_t append_utf8(std::string& out, std::string_view text);

/// Whether a cell is valid and has no control character but '\n'.
[[nodiscard]] bool is_clean_cell(std::string_view cell) noexcept;
/// Appends a cell so that it is clean: CR LF and CR become '\n', a tab a space, other control characters (C0, DEL, C1)
/// and invalid sequences U+FFFD. How many of those there were. Grows `out` by at most three times the cell's size.
std::uint64_t append_clean_cell(std::string& out, std::string_view cell);

/// The first code point of a text that is valid and not empty.
[[nodiscard]] char32_t code_point_of(std::string_view text) noexcept;

/// Appends a code point; U+FFFD for a surrogate or one past U+10FFFF.
void append_code_point(std::string& out, char32_t code_point);

}  // namespace platen::worker
