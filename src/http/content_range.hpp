// Which part of a file a request's body is: Content-Range (RFC 9110, section 14.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/range.hpp"

namespace platen::http {

struct ContentRange {
  std::optional<ByteRange> range;  ///< nullopt: `*`, no bytes at all
  std::uint64_t total = 0;
};

/// Of `bytes 0-99/1234` or `bytes */1234`; nullopt for anything else, a range outside of the total included.
[[nodiscard]] std::optional<ContentRange> parse_content_range(std::string_view field);

}  // namespace platen::http
