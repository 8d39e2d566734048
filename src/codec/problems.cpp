#include "codec/problems.hpp"

#include <fmt/format.h>

namespace platen::codec {

std::string pointer_to(std::string_view parent, std::string_view name) {
  std::string pointer(parent);
  pointer += '/';
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

std::string pointer_to(std::string_view parent, std::size_t index) { return fmt::format("{}/{}", parent, index); }

std::string shown(std::string_view name) {
  constexpr std::size_t longest_bytes = 60;
  if (name.size() <= longest_bytes) return std::string(name);
  std::size_t end = longest_bytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;  // not within a letter
  return std::string(name.substr(0, end)) + "…";
}

void Problems::add(std::string pointer, std::string detail) {
  if (!full()) fields_.push_back({std::move(pointer), std::move(detail)});
}

Error Problems::error() const {
  const FieldError& first = fields_.front();
  const std::string place = first.pointer.empty() ? std::string("the body") : first.pointer;
  if (fields_.size() == 1) return {Errc::invalid_report, fmt::format("At {}: {}", place, first.detail), fields_};
  return {Errc::invalid_report,
          fmt::format("{} things do not fit; the first at {}: {}", fields_.size(), place, first.detail), fields_};
}

}  // namespace platen::codec
