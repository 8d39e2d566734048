// Rows of data as JSON objects, one at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen::codec {

/// What kind of JSON value a cell came from.
enum class CellKind { null, boolean, number, string };

/// Called for each member in order. `text` is valid for the call: a number's as it was written.
using OnCell = std::function<void(std::string_view field, CellKind kind, std::string_view text)>;

/// Reads one flat object. `bad_data` for anything else (an array or object as a value, a doubled field), naming
/// the field; the caller adds the row.
[[nodiscard]] Result<void> decode_row(std::string_view json, const OnCell& on_cell);

/// Cuts the JSON text of an array of objects into one line for each element, without parsing the elements'
/// insides twice: the NDJSON form of the same rows.
[[nodiscard]] Result<std::string> rows_to_ndjson(std::string_view array);

}  // namespace platen::codec
