#include "codec/tags_check.hpp"

#include <fmt/format.h>

#include <string_view>

#include "codec/fields.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t most_tags = 20;
constexpr std::size_t longest_tag_name = 64;
constexpr std::size_t longest_tag_value = 256;

bool is_tag_name(std::string_view name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:";
  return !name.empty() && name.size() <= longest_tag_name && name.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

std::map<std::string, std::string> check_tags(const Json& value, const std::string& pointer, Problems& problems) {
  Fields fields(value, pointer, problems);
  std::map<std::string, std::string> tags;
  if (!value.is_object()) return tags;
  if (value.size() > most_tags) {
    problems.add(pointer, fmt::format("There are {} tags; at most {} are allowed.", value.size(), most_tags));
    return tags;
  }
  for (const auto& [name, text] : value.items()) {
    if (!is_tag_name(name))
      fields.complain(name, fmt::format("A tag's name has 1 to {} of: letters a to z, digits, '_', '-', '.', ':'.",
                                        longest_tag_name));
    else if (const auto tag = fields.take_text(name, {.least = 0, .most = longest_tag_value}))
      tags.emplace(name, *tag);
  }
  return tags;
}

}  // namespace platen::codec
