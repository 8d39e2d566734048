#include "worker/data/value.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace platen::worker {

namespace {

constexpr std::array<std::string_view, 4> spaces = {" ", "\t", "\n", "\xC2\xA0"};

/// Whether a text's first or last byte can be that of a space: no for nearly all cells.
constexpr bool may_be_space(char byte) noexcept {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\xC2' || byte == '\xA0';
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  if (text.empty() || !(may_be_space(text.front()) || may_be_space(text.back()))) return text;
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view space : spaces) {
      if (text.substr(0, space.size()) == space) {
        text.remove_prefix(space.size());
        again = true;
      } else if (text.size() >= space.size() && text.substr(text.size() - space.size()) == space) {
        text.remove_suffix(space.size());
        again = true;
      }
    }
  }
  return text;
}

bool parse_boolean(std::string_view text, bool& truth) noexcept {
  constexpr std::array<std::string_view, 6> yes = {"true", "yes", "y", "t", "on", "1"};
  constexpr std::array<std::string_view, 6> no = {"false", "no", "n", "f", "off", "0"};
  const auto is = [text](std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char left, char right) {
      return (left >= 'A' && left <= 'Z' ? left - 'A' + 'a' : left) == right;
    });
  };
  truth = std::any_of(yes.begin(), yes.end(), is);
  return truth || std::any_of(no.begin(), no.end(), is);
}

}  // namespace platen::worker
