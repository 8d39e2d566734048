// One byte range (RFC 9110, section 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace platen::http {

/// What of `bytes` bytes is asked for. `length` is 0 only where there is nothing.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

enum class RangeVerdict { whole, part, unsatisfiable };

struct RangeAnswer {
  RangeVerdict verdict = RangeVerdict::whole;
  ByteRange range;
};

/// Reads a `Range` field against the size of what is there. Another unit, more than one range, and whatever is
/// malformed are ignored: the whole is sent.
[[nodiscard]] RangeAnswer resolve_range(std::string_view field, std::uint64_t bytes);

}  // namespace platen::http
