// The client's own names and values. Private to codec.
#pragma once

#include <map>
#include <string>

#include "codec/json.hpp"
#include "codec/problems.hpp"

namespace platen::codec {

/// At most 20 texts by name; what does not fit is told to the problems, with its place below `pointer`.
[[nodiscard]] std::map<std::string, std::string> check_tags(const Json& value, const std::string& pointer,
                                                            Problems& problems);

}  // namespace platen::codec
