// Small questions about HTTP's text (RFC 9110, section 5.6). All pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::http {

/// ASCII only, whatever the locale.
[[nodiscard]] constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_letter(char c) noexcept { return lower(c) >= 'a' && lower(c) <= 'z'; }
/// The value of a hexadecimal digit, or -1.
[[nodiscard]] int hex_value(char c) noexcept;
[[nodiscard]] bool is_token(std::string_view text) noexcept;
[[nodiscard]] bool same_word(std::string_view left, std::string_view right) noexcept;
[[nodiscard]] std::string lower(std::string_view text);
/// Without spaces and tabs at either end.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
/// Digits only, and no overflow.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view digits) noexcept;
/// Takes the next element off a comma-separated list; empty elements come out empty.
[[nodiscard]] std::string_view next_element(std::string_view& list) noexcept;
/// Undoes percent-encoding (RFC 3986, section 2.1); nullopt for a broken escape, and for an escaped CR, LF or NUL,
/// which no name or value of ours holds and which split headers and logs.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// What stands between a path's slashes: 0 is the first part. Empty where it has no such part.
[[nodiscard]] std::string_view part_of_path(std::string_view path, std::size_t index) noexcept;

}  // namespace platen::http
