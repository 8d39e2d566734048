#include "relay/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace platen::relay {

FramePtr make_frame(FrameKind kind, std::string bytes) {
  return std::make_shared<const Frame>(Frame{.kind = kind, .bytes = std::move(bytes)});
}

namespace {

std::string encode(std::string_view event, std::string_view data, std::string_view id) {
  std::string frame;
  frame.reserve(data.size() + event.size() + id.size() + 32);
  frame.append("event: ").append(event).append("\n");
  for (;;) {
    // Each by itself: find_first_of asks the whole set about one byte after the other.
    const std::size_t end = std::min(data.find('\r'), data.find('\n'));
    frame.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    const bool is_pair = data.substr(end, 2) == "\r\n";
    data.remove_prefix(end + (is_pair ? 2 : 1));
  }
  if (!id.empty()) frame.append("id: ").append(id).append("\n");
  frame.append("\n");
  return frame;
}

}  // namespace

std::string encode_frame(std::optional<Seq> id, std::string_view event, std::string_view data) {
  return id ? encode(event, data, fmt::format_int(*id).c_str()) : encode(event, data, {});
}

std::string encode_feed_frame(const FeedPosition& id, std::string_view event, std::string_view data) {
  return encode(event, data, id.text());
}

std::string encode_position(const FeedPosition& id) { return "id: " + id.text() + "\n\n"; }

FramePtr with_position(const Frame& frame, const FeedPosition& id) {
  std::string bytes = frame.bytes.substr(0, frame.bytes.rfind("id: "));
  return make_frame(frame.kind, bytes += encode_position(id));
}

std::string encode_message(const JobId& job, std::optional<Seq> id, std::string_view event, std::string_view data) {
  std::string message;
  message.reserve(data.size() + event.size() + job.text.size() + 64);
  message.append(R"({"job":")").append(job.text).append("\"");
  if (id) message.append(R"(,"id":)").append(fmt::format_int(*id).c_str());
  return message.append(R"(,"event":")").append(event).append(R"(","data":)").append(data).append("}");
}

FramePtr end_frame() {
  // Without data a browser would not dispatch it.
  return make_frame(FrameKind::terminal, encode("end", "{}", end_id));
}

std::string encode_retry(std::chrono::milliseconds wait) {
  return std::string("retry: ").append(fmt::format_int(wait.count()).c_str()).append("\n\n");
}

}  // namespace platen::relay
