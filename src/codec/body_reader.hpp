// A request's JSON text as a tree, with the rows left as text. Private to codec.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/json.hpp"
#include "codec/problems.hpp"

namespace platen::codec {

/// Containers within containers, the outermost counted.
inline constexpr std::size_t deepest_nesting = 64;

struct Body {
  Json root;  ///< where `rows` has a value, its `data.rows` is an empty array
  /// The text of `/data/rows` without whitespace, where that is an array. Not a tree: there may be a megabyte of it,
  /// and the order of a row's fields and the way in which its numbers are written count.
  std::optional<std::string> rows;
};

/// Parses in one pass. `invalid_request` for text that is no JSON (with the byte offset) or is nested too deep.
/// A doubled name anywhere, and a row that is not a flat object, go to `problems`.
[[nodiscard]] Result<Body> read_body(std::string_view text, Problems& problems);

}  // namespace platen::codec
