#include "http/target.hpp"

#include <algorithm>
#include <optional>

#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::size_t authority_limit_bytes = 255 + 6;  // a DNS name, a colon and a port

bool is_name_char(char c) noexcept {
  return is_digit(c) || is_letter(c) || std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos;
}

bool is_port(std::string_view text) noexcept {
  return text.empty() || (text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit));
}

/// Cuts `http://authority` off an absolute-form.
std::optional<std::string_view> take_authority(std::string_view& text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!same_word(text.substr(0, scheme.size()), scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    const std::string_view authority = text.substr(0, end);
    text.remove_prefix(end);
    return authority;
  }
  return std::nullopt;
}

}  // namespace

bool is_authority(std::string_view text) noexcept {
  if (text.empty() || text.size() > authority_limit_bytes) return false;
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const std::string_view address = text.substr(1, end - 1);
    const bool sane =
        std::all_of(address.begin(), address.end(), [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; });
    const std::string_view rest = text.substr(end + 1);
    return sane && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view name = text.substr(0, colon);
  return !name.empty() && std::all_of(name.begin(), name.end(), is_name_char) &&
         (colon == text.size() || is_port(text.substr(colon + 1)));
}

Checked<Target> parse_target(std::string_view text, std::size_t path_limit_bytes) {
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_plain))
    return malformed("The request target has a character that must be percent-encoded.");
  Target target;
  if (text == "*") {
    target.text = target.path = "*";
    return target;
  }
  std::string_view rest = text;
  if (const auto authority = take_authority(rest)) {
    if (!is_authority(*authority)) return malformed("The request target names no valid host.");
    target.authority = *authority;
  } else if (rest.front() != '/') {
    return malformed("The request target is neither a path nor an http URL.");
  }
  const std::size_t mark = std::min(rest.find('?'), rest.size());
  const std::string_view raw_path = mark == 0 ? std::string_view("/") : rest.substr(0, mark);
  if (raw_path.size() > path_limit_bytes) return refuse(414, Errc::too_large, "The path is longer than it may be.");
  auto path = percent_decode(raw_path);
  if (!path || (mark < rest.size() && !percent_decode(rest.substr(mark))))
    return malformed("The request target has a percent-escape that is broken or that stands for CR, LF or NUL.");
  target.path = *std::move(path);
  target.text = raw_path;
  if (mark < rest.size()) target.text.append(rest.substr(mark));
  return target;
}

}  // namespace platen::http
