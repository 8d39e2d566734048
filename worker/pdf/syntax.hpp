// The lexical side of PDF: numbers, strings, names (ISO 32000-1, 7.2 and 7.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platen/time.hpp"

namespace platen::worker::pdf {

/// The number of an indirect object, counted from 1; 0 is none.
using ObjectNumber = std::uint32_t;

/// A length or coordinate with at most two decimals: a hundredth of a point is finer than any printer.
void append_number(std::string& out, double value);
void append_integer(std::string& out, std::uint64_t value);
/// `12 0 R`.
void append_reference(std::string& out, ObjectNumber object);
/// A literal string of bytes as they are: `(…)` with its parentheses and backslashes escaped.
void append_literal(std::string& out, std::string_view bytes);
/// What a person reads, from valid UTF-8: a literal in ASCII, otherwise UTF-16 in hexadecimal.
void append_text(std::string& out, std::string_view utf8);
/// UTF-16BE in hexadecimal, without `<` and `>`.
void append_utf16_hex(std::string& out, std::string_view utf8);
void append_utf16_hex(std::string& out, char32_t code_point);
/// `/Name`, with what a name may not hold written as `#xx`.
void append_name(std::string& out, std::string_view name);
/// `(D:20260314150926Z)`.
void append_date(std::string& out, TimePoint time);

/// Reads one code point of valid UTF-8 at `at`, which it moves on. Stops at the end even in a broken sequence.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& at) noexcept;

}  // namespace platen::worker::pdf
