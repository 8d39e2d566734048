// The JSON library's one door, and the few habits that all of codec shares. Private to codec.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen::codec {

/// Members sorted by name: what is compared or stored.
using Json = nlohmann::json;
/// Members in the order in which they were put: what people read.
using OrderedJson = nlohmann::ordered_json;

/// On one line; bytes that are no UTF-8 become U+FFFD, for a file name or a message may hold some.
template <class J>
[[nodiscard]] std::string dump(const J& json) {
  return json.dump(-1, ' ', false, J::error_handler_t::replace);
}

/// JSON text without the whitespace between its tokens, its outermost commas replaced by `outer_comma`. It looks only
/// at texts and brackets; `invalid_request` when those do not pair.
[[nodiscard]] Result<std::string> without_whitespace(std::string_view json, char outer_comma = ',');

/// Parses what another Platen process wrote; `invalid_request` where it is no object.
[[nodiscard]] Result<OrderedJson> parse_own(std::string_view text);

/// Readers of members of such an object; `fallback` (or nullopt) where there is none of that kind.
[[nodiscard]] std::string text_in(const OrderedJson& object, const char* name);
[[nodiscard]] std::uint64_t count_in(const OrderedJson& object, const char* name);
[[nodiscard]] double number_in(const OrderedJson& object, const char* name);
[[nodiscard]] std::optional<std::int64_t> integer_in(const OrderedJson& object, const char* name);

}  // namespace platen::codec
