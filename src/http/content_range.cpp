#include "http/content_range.hpp"

#include "http/text.hpp"

namespace platen::http {

std::optional<ContentRange> parse_content_range(std::string_view field) {
  constexpr std::string_view unit = "bytes ";
  if (!same_word(field.substr(0, unit.size()), unit)) return std::nullopt;
  const std::string_view spec = trim(field.substr(unit.size()));
  const std::size_t slash = spec.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto total = parse_number(spec.substr(slash + 1));
  if (!total) return std::nullopt;
  const std::string_view range = spec.substr(0, slash);
  if (range == "*") return ContentRange{std::nullopt, *total};
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = parse_number(range.substr(0, dash));
  const auto last = parse_number(range.substr(dash + 1));
  if (!first || !last || *last < *first || *last >= *total) return std::nullopt;
  return ContentRange{ByteRange{*first, *last - *first + 1}, *total};
}

}  // namespace platen::http
