#include "store/s3/xml.hpp"

#include <array>
#include <utility>

namespace platen::s3 {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> entities{
    {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};

std::string resolved(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    std::size_t length = 1;
    char c = text.front();
    for (const auto& [name, meaning] : entities)
      if (text.starts_with(name)) {
        length = name.size();
        c = meaning;
      }
    plain += c;
    text.remove_prefix(length);
  }
  return plain;
}

/// Takes the next element out of `rest`.
std::optional<std::string_view> next(std::string_view& rest, std::string_view name) {
  const std::string begin = std::string("<").append(name).append(">");
  const std::string end = std::string("</").append(name).append(">");
  const std::size_t from = rest.find(begin);
  if (from == std::string_view::npos) return std::nullopt;
  const std::size_t to = rest.find(end, from);
  if (to == std::string_view::npos) return std::nullopt;
  const std::string_view inside = rest.substr(from + begin.size(), to - from - begin.size());
  rest.remove_prefix(to + end.size());
  return inside;
}

}  // namespace

std::optional<std::string> text_of(std::string_view xml, std::string_view name) {
  const auto inside = next(xml, name);
  if (!inside) return std::nullopt;
  return resolved(*inside);
}

std::vector<std::string_view> all_of(std::string_view xml, std::string_view name) {
  std::vector<std::string_view> found;
  while (const auto inside = next(xml, name)) found.push_back(*inside);
  return found;
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    std::string_view as(&c, 1);
    for (const auto& [name, meaning] : entities)
      if (c == meaning) as = name;
    safe += as;
  }
  return safe;
}

}  // namespace platen::s3
