#include "worker/layout/page_line.hpp"

#include <optional>

namespace platen::worker {

namespace {

std::optional<std::string> value_of(std::string_view name, const PageLineValues& values) {
  if (name == "title") return std::string(values.title);
  if (name == "subtitle") return std::string(values.subtitle);
  if (name == "author") return std::string(values.author);
  if (name == "date") return std::string(values.date);
  if (name == "time") return std::string(values.time);
  if (name == "page") return std::to_string(values.page);
  if (name == "pages") return std::to_string(values.pages);
  return std::nullopt;
}

}  // namespace

std::string expand(std::string_view pattern, const PageLineValues& values) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    const bool doubled = at + 1 < pattern.size() && pattern[at + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      text += c;
      ++at;
      continue;
    }
    if (c == '{') {
      const std::size_t end = pattern.find('}', at);
      if (end != std::string_view::npos) {
        if (const auto value = value_of(pattern.substr(at + 1, end - at - 1), values)) {
          text += *value;
          at = end;
          continue;
        }
      }
    }
    text += c;
  }
  return text;
}

}  // namespace platen::worker
