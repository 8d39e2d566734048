#include "worker/pdf/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

namespace platen::worker::pdf {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

void append_hex_unit(std::string& out, unsigned unit) {
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += hex_digits[(unit >> shift) & 0xFU];
}

}  // namespace

void append_integer(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_number(std::string& out, double value) {
  auto hundredths = static_cast<std::int64_t>(std::llround(value * 100));
  if (hundredths < 0) {
    out += '-';
    hundredths = -hundredths;
  }
  const auto whole = static_cast<std::uint64_t>(hundredths / 100);
  const auto rest = static_cast<unsigned>(hundredths % 100);
  if (whole != 0 || rest == 0) append_integer(out, whole);
  if (rest == 0) return;
  out += '.';
  out += static_cast<char>('0' + rest / 10);
  if (rest % 10 != 0) out += static_cast<char>('0' + rest % 10);
}

void append_reference(std::string& out, ObjectNumber object) {
  append_integer(out, object);
  out += " 0 R";
}

void append_literal(std::string& out, std::string_view bytes) {
  out += '(';
  for (const char c : bytes) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    if (c == '\r')
      out += "\\r";  // a bare one would be read as a line feed
    else
      out += c;
  }
  out += ')';
}

void append_utf16_hex(std::string& out, char32_t code_point) {
  if (code_point < 0x10000) return append_hex_unit(out, static_cast<unsigned>(code_point));
  const auto beyond = static_cast<unsigned>(code_point - 0x10000);
  append_hex_unit(out, 0xD800U | (beyond >> 10));
  append_hex_unit(out, 0xDC00U | (beyond & 0x3FFU));
}

void append_utf16_hex(std::string& out, std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) append_utf16_hex(out, next_code_point(utf8, at));
}

void append_text(std::string& out, std::string_view utf8) {
  const bool ascii = std::all_of(utf8.begin(), utf8.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (ascii) return append_literal(out, utf8);
  out += "<FEFF";
  append_utf16_hex(out, utf8);
  out += '>';
}

void append_name(std::string& out, std::string_view name) {
  out += '/';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool regular =
        byte > 0x20 && byte < 0x7F && std::string_view("()<>[]{}/%#").find(c) == std::string_view::npos;
    if (regular) {
      out += c;
    } else {
      out += '#';
      out += hex_digits[byte >> 4];
      out += hex_digits[byte & 0xFU];
    }
  }
}

void append_date(std::string& out, TimePoint time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  out += fmt::format("(D:{:04}{:02}{:02}{:02}{:02}{:02}Z)", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  char32_t value = lead & (0x3Fu >> more);
  for (; more > 0 && at < text.size(); --more) value = value << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
  return value;
}

}  // namespace platen::worker::pdf
