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

namespace {

constexpr std::size_t longest_name_bytes = 60;
constexpr std::size_t longest_pointer_bytes = 300;

std::string cut_at(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return std::string(text);
  std::size_t end = most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not within a letter
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace

std::string shown(std::string_view name) { return cut_at(name, longest_name_bytes); }

void Problems::add(std::string_view pointer, std::string detail) {
  if (!full()) fields_.push_back({cut_at(pointer, longest_pointer_bytes), std::move(detail)});
}

Error Problems::error() const {
  const FieldError& first = fields_.front();
  const std::string place = first.pointer.empty() ? std::string("the body") : first.pointer;
  if (fields_.size() == 1) return {Errc::invalid_report, fmt::format("At {}: {}", place, first.detail), fields_};
  return {Errc::invalid_report,
          fmt::format("{} things do not fit; the first at {}: {}", fields_.size(), place, first.detail), fields_};
}

}  // namespace platen::codec
