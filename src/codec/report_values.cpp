#include <algorithm>

#include "codec/report_parts.hpp"
#include "platen/ids.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t longest_language_tag = 35;  // RFC 5646, section 4.4.1

bool is_color(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.substr(1).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Subtags of 1 to 8 letters and digits, the first of 2 to 8 letters.
bool is_language_tag(std::string_view text) {
  std::size_t subtag = 0;
  bool first = true;
  for (const char c : text) {
    if (c == '-') {
      if (subtag < (first ? 2U : 1U)) return false;
      subtag = 0;
      first = false;
      continue;
    }
    if (!is_letter(c) && (first || !is_digit(c))) return false;
    if (++subtag > 8) return false;
  }
  return subtag >= (first ? 2U : 1U);
}

}  // namespace

std::optional<std::string> take_color(Fields& fields, std::string_view name) {
  auto text = fields.take_text(name, short_text);
  if (!text || is_color(*text)) return text;
  fields.complain(name, "This must be a colour such as '#1f6feb'.");
  return std::nullopt;
}

std::optional<std::string> take_upload(Fields& fields, std::string_view name) {
  auto text = fields.take_text(name, short_text);
  if (!text || parse_upload_id(*text)) return text;
  fields.complain(name, "This is no upload's id; those look like 'upl_…'.");
  return std::nullopt;
}

std::optional<std::string> take_language_tag(Fields& fields, std::string_view name) {
  auto text = fields.take_text(name, {.least = 2, .most = longest_language_tag});
  if (!text || is_language_tag(*text)) return text;
  fields.complain(name, "This must be a language in the form of BCP 47, such as 'en', 'de-AT' or 'zh-Hant'.");
  return std::nullopt;
}

std::optional<std::uint32_t> take_count(Fields& fields, std::string_view name, const NumberRule& rule) {
  const auto number = fields.take_integer(name, rule);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

}  // namespace platen::codec
