// Rows of data within a request.
#pragma once

#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen::codec {

/// Cuts the JSON text of an array of objects into one line for each element, without parsing the elements'
/// insides: the NDJSON form of the same rows.
[[nodiscard]] Result<std::string> rows_to_ndjson(std::string_view array);

}  // namespace platen::codec
