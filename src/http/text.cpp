#include "http/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace platen::http {

namespace {

constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";

constexpr std::array<bool, 256> token_table() {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 128; ++c) {
    const char letter = static_cast<char>(c);
    table[c] = is_digit(letter) || is_letter(letter) || token_marks.find(letter) != std::string_view::npos;
  }
  return table;
}

constexpr std::array<bool, 256> is_token_char = token_table();

}  // namespace

int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char letter = lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_token_char[static_cast<unsigned char>(c)]; });
}

bool same_word(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

std::string_view trim(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::uint64_t> parse_number(std::string_view digits) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::string_view next_element(std::string_view& list) noexcept {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return element;
}

std::string_view part_of_path(std::string_view path, std::size_t index) noexcept {
  for (std::size_t slashes = 0; slashes <= index; ++slashes)
    path.remove_prefix(std::min(path.find('/'), path.size() - 1) + 1);
  return path.substr(0, path.find('/'));
}

std::optional<std::string> percent_decode(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return std::string(text);
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char c = static_cast<char>(high * 16 + low);
    if (c == '\r' || c == '\n' || c == '\0') return std::nullopt;
    decoded.push_back(c);
    i += 2;
  }
  return decoded;
}

}  // namespace platen::http
