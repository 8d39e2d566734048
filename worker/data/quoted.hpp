// What was written, as a message shows it.
#pragma once

#include <string>
#include <string_view>

namespace platen::worker {

/// In single quotes; of a long text its first 40 bytes and an ellipsis, never cut within a character.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace platen::worker
