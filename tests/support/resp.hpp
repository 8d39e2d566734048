// Redis's protocol (RESP2), as far as one must read it to pass it on message by message.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace platen::test {

/// How many bytes the message at the beginning of `bytes` has: a command, or an answer of any kind. 0: it is not whole.
[[nodiscard]] std::size_t message_length(std::string_view bytes);
/// The words of a whole command.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view command);

}  // namespace platen::test
