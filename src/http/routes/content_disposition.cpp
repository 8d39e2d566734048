#include "http/routes/content_disposition.hpp"

#include <fmt/format.h>

#include "http/text.hpp"

namespace platen::http {

namespace {

/// Those that need no escape in an extended value (RFC 8187, section 3.2.1).
bool is_attr_char(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

/// A quote or a backslash would need escaping, a percent sign is unescaped by some clients, a slash is a path.
bool is_plain(char c) { return c >= ' ' && c <= '~' && std::string_view("\"\\%/").find(c) == std::string_view::npos; }

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string content_disposition(std::string_view filename, std::string_view type) {
  if (filename.empty()) filename = "report.pdf";
  std::string plain;
  std::string exact;
  for (const char c : filename) {
    if (is_plain(c))
      plain.push_back(c);
    else if (!continues_character(c))
      plain.push_back('_');
    if (is_attr_char(c))
      exact.push_back(c);
    else
      exact += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return fmt::format("{}; filename=\"{}\"; filename*=UTF-8''{}", type, plain, exact);
}

}  // namespace platen::http
