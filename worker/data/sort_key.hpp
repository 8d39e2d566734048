// Values as bytes that compare as the values do.
#pragma once

#include <cstddef>
#include <string>

#include "worker/data/collation.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

/// Texts that are equal so far keep the order that they came in.
inline constexpr std::size_t most_text_key_bytes = 4096;

enum class Direction { ascending, descending };

/// Appends a key: of two values of one column, the lesser one's is lesser by memcmp, and no key is the beginning of
/// another, so that those of several columns may follow one another. Numbers compare exactly, moments by their
/// instants, false comes before true, texts as the collation has them. Empty values come last in either direction.
void append_sort_key(std::string& out, const Value& value, Direction direction, Collation& collation);

}  // namespace platen::worker
