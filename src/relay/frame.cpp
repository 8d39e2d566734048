#include "relay/frame.hpp"

#include <fmt/format.h>

#include <utility>

namespace platen::relay {

std::string encode_frame(std::optional<Seq> id, std::string_view event, std::string_view data) {
  std::string frame;
  frame.reserve(data.size() + event.size() + 48);
  if (id) frame.append("id: ").append(fmt::format_int(*id).c_str()).append("\n");
  frame.append("event: ").append(event).append("\n");
  for (;;) {
    const std::size_t end = data.find_first_of("\r\n");
    frame.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    const bool is_pair = data.substr(end, 2) == "\r\n";
    data.remove_prefix(end + (is_pair ? 2 : 1));
  }
  frame.append("\n");
  return frame;
}

FramePtr without_id(const Frame& frame) {
  const std::size_t id_line = frame.bytes.rfind("id: ", 0) == 0 ? frame.bytes.find('\n') + 1 : 0;
  return std::make_shared<const Frame>(Frame{.kind = frame.kind, .bytes = frame.bytes.substr(id_line)});
}

FramePtr end_frame() {
  // Without data a browser would not dispatch it.
  std::string bytes = fmt::format("id: {}\n", end_id);
  bytes += encode_frame(std::nullopt, "end", "{}");
  return std::make_shared<const Frame>(Frame{.kind = FrameKind::terminal, .bytes = std::move(bytes)});
}

std::string encode_retry(std::chrono::milliseconds wait) { return fmt::format("retry: {}\n\n", wait.count()); }

}  // namespace platen::relay
