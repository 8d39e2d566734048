#include "worker/data/quoted.hpp"

#include <fmt/format.h>

namespace platen::worker {

namespace {

constexpr std::size_t most_quoted_bytes = 40;

}  // namespace

std::string in_quotes(std::string_view text) {
  if (text.size() <= most_quoted_bytes) return fmt::format("'{}'", text);
  std::size_t end = most_quoted_bytes;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  return fmt::format("'{}…'", text.substr(0, end));
}

}  // namespace platen::worker
