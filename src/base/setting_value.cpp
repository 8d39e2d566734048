#include "base/setting_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace platen {

namespace {

using std::chrono::milliseconds;

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> units_ms{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

std::optional<std::uint64_t> digits(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `15s`, `500ms`; nullopt without a unit, or past what milliseconds hold.
std::optional<std::uint64_t> duration_ms(std::string_view text) {
  const std::size_t split = text.find_first_not_of("0123456789");
  if (split == std::string_view::npos) return std::nullopt;
  const auto count = digits(text.substr(0, split));
  if (!count) return std::nullopt;
  for (const auto& [unit, ms] : units_ms) {
    if (text.substr(split) != unit) continue;
    if (*count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / ms) return std::nullopt;
    return *count * ms;
  }
  return std::nullopt;
}

std::string duration_text(std::uint64_t ms) {
  for (const auto& [unit, size] : units_ms)
    if (ms != 0 && ms % size == 0) return fmt::format("{}{}", ms / size, unit);
  return "0s";
}

template <class Number>
Result<void> read_number(std::string_view text, const ValueRange& range, Number& target) {
  const std::uint64_t most = std::min<std::uint64_t>(range.most, std::numeric_limits<Number>::max());
  const auto value = digits(text);
  if (!value || *value < range.least || *value > most)
    return fail(Errc::invalid_request, fmt::format("is not a whole number from {} to {}", range.least, most));
  target = static_cast<Number>(*value);
  return {};
}

template <class Duration>
Result<void> read_duration(std::string_view text, const ValueRange& range, Duration& target) {
  constexpr auto unit_ms = static_cast<std::uint64_t>(milliseconds(Duration(1)).count());
  const auto ms = duration_ms(text);
  if (!ms || *ms % unit_ms != 0 || *ms / unit_ms < range.least || *ms / unit_ms > range.most)
    return fail(Errc::invalid_request,
                fmt::format("is not a time with its unit (500ms, 15s, 10m, 24h, 7d) from {} to {}",
                            duration_text(range.least * unit_ms), duration_text(range.most * unit_ms)));
  target = Duration(static_cast<typename Duration::rep>(*ms / unit_ms));
  return {};
}

}  // namespace

Result<void> read_value(std::string_view text, const ValueRange& /*range*/, std::string& target) {
  target = text;
  return {};
}

Result<void> read_value(std::string_view text, const ValueRange& /*range*/, std::vector<std::string>& target) {
  target.clear();
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view element = text.substr(0, comma);
    while (element.starts_with(' ')) element.remove_prefix(1);
    while (element.ends_with(' ')) element.remove_suffix(1);
    if (!element.empty()) target.emplace_back(element);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return {};
}

Result<void> read_value(std::string_view text, const ValueRange& /*range*/, bool& target) {
  if (text != "true" && text != "false") return fail(Errc::invalid_request, "is neither true nor false");
  target = text == "true";
  return {};
}

Result<void> read_value(std::string_view text, const ValueRange& range, std::uint32_t& target) {
  return read_number(text, range, target);
}
Result<void> read_value(std::string_view text, const ValueRange& range, std::uint64_t& target) {
  return read_number(text, range, target);
}
Result<void> read_value(std::string_view text, const ValueRange& range, std::chrono::seconds& target) {
  return read_duration(text, range, target);
}
Result<void> read_value(std::string_view text, const ValueRange& range, milliseconds& target) {
  return read_duration(text, range, target);
}

std::string show_value(const std::string& value) {
  std::string quoted = "\"";
  for (const char letter : value) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f)
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(letter));
    else
      quoted += letter;
  }
  return quoted + '"';
}

std::string show_value(const std::vector<std::string>& values) {
  std::string shown = "[";
  for (const std::string& value : values) shown.append(shown.size() > 1 ? ", " : "").append(show_value(value));
  return shown + ']';
}

std::string show_value(bool value) { return value ? "true" : "false"; }
std::string show_value(std::uint32_t value) { return fmt::format("{}", value); }
std::string show_value(std::uint64_t value) { return fmt::format("{}", value); }
std::string show_value(std::chrono::seconds value) { return show_value(milliseconds(value)); }
std::string show_value(milliseconds value) {
  return '"' + duration_text(static_cast<std::uint64_t>(value.count())) + '"';
}

namespace {

/// Each `password=` and `…_password=` among the parameters.
std::string without_password_parameters(std::string url) {
  constexpr std::string_view name = "password=";
  for (std::size_t at = url.find('?'); at != std::string::npos;) {
    at = url.find(name, at);
    if (at == std::string::npos) break;
    at += name.size();
    url.replace(at, std::min(url.find_first_of("&\"", at), url.size()) - at, "***");
  }
  return url;
}

bool begins_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  return scheme != std::string_view::npos && text.substr(0, scheme).find_first_of(" @/?:") == std::string_view::npos;
}

}  // namespace

std::vector<std::string_view> split_urls(std::string_view text) {
  constexpr std::string_view separators = " ,";
  std::vector<std::string_view> urls;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const std::size_t next = std::min(text.find_first_not_of(separators, at), text.size());
    const bool is_end = at == text.size() || (next > at && begins_url(text.substr(next)));
    if (!is_end) continue;
    std::string_view url = text.substr(begin, at - begin);
    url.remove_prefix(std::min(url.find_first_not_of(separators), url.size()));
    url.remove_suffix(url.size() - (url.find_last_not_of(separators) + 1));
    if (!url.empty()) urls.push_back(url);
    begin = at = next;
  }
  return urls;
}

std::string without_passwords(std::string_view urls) {
  std::string shown;
  for (const std::string_view url : split_urls(urls))
    shown.append(shown.empty() ? "" : " ").append(without_password(url));
  return shown;
}

std::string without_password(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t authority = scheme + 3;
  // The last '@' before the path: a password may hold one that its owner forgot to encode.
  const std::size_t at = url.substr(0, url.find('/', authority)).rfind('@');
  if (at == std::string_view::npos || at < authority) return without_password_parameters(std::string(url));
  const std::size_t colon = url.find(':', authority);
  if (colon == std::string_view::npos || colon > at) return without_password_parameters(std::string(url));
  return without_password_parameters(fmt::format("{}:***{}", url.substr(0, colon), url.substr(at)));
}

}  // namespace platen
