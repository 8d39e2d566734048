// A client's WebSocket frames: cut anywhere, the same is heard and answered.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>

#include "relay/websocket_frame.hpp"

namespace {

constexpr std::size_t message_limit_bytes = 1000;

/// All that is heard when the input comes `step` bytes at a time.
platen::relay::Heard hear(std::string_view input, std::size_t step) {
  platen::relay::WebSocketReader reader(message_limit_bytes);
  platen::relay::Heard all;
  while (!input.empty() && !all.is_over) {
    platen::relay::Heard heard = reader.read(input.substr(0, step));
    if (reader.held_bytes() > message_limit_bytes) std::abort();
    std::move(heard.messages.begin(), heard.messages.end(), std::back_inserter(all.messages));
    all.answers += heard.answers;
    all.is_over = heard.is_over;
    input.remove_prefix(std::min(step, input.size()));
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = hear(text, std::max<std::size_t>(size, 1));
  const auto pieces = hear(text, 1);
  if (whole.messages != pieces.messages || whole.answers != pieces.answers || whole.is_over != pieces.is_over)
    std::abort();
  return 0;
}
