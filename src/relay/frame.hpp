// Events as text: as a browser's EventSource reads them (WHATWG HTML, "Server-sent events"), and as JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platen/feed.hpp"
#include "platen/ids.hpp"

namespace platen::relay {

/// What may be done with a frame when its reader is too slow.
enum class FrameKind : std::uint8_t {
  essential,  ///< must arrive, or the stream is cut so that the client comes back for it
  progress,   ///< a newer one makes it worthless
  terminal,   ///< the last one: always queued
  heartbeat,  ///< worth nothing to a stream that has other bytes waiting
};

/// Bytes for the wire, built once and shared by every stream that is sent them.
/// Immutable; the hub's loop thread alone counts its references.
struct Frame {
  FrameKind kind = FrameKind::essential;
  std::string bytes;
};
using FramePtr = std::shared_ptr<const Frame>;
[[nodiscard]] FramePtr make_frame(FrameKind kind, std::string bytes);

/// `event: progress`, `data: …`, `id: 7` and an empty line. Without an id the client's last one stays. Data that
/// holds CR, LF or CRLF becomes several data lines, which the client joins with LF. The id is last, for some clients
/// (fetch-event-source) take an event for seen when they have its id, and would lose one that is cut off after it.
[[nodiscard]] std::string encode_frame(std::optional<Seq> id, std::string_view event, std::string_view data);
/// `{"job":"job_…","id":7,"event":"progress","data":{…}}`, for a WebSocket. `data` is JSON; without an id there is
/// none.
[[nodiscard]] std::string encode_message(const JobId& job, std::optional<Seq> id, std::string_view event,
                                         std::string_view data);
/// The same for an event of a feed, whose id is its position.
[[nodiscard]] std::string encode_feed_frame(const FeedPosition& id, std::string_view event, std::string_view data);
/// An id alone, which a client keeps without being told of an event.
[[nodiscard]] std::string encode_position(const FeedPosition& id);
/// What encode_feed_frame made, with another id.
[[nodiscard]] FramePtr with_position(const Frame& frame, const FeedPosition& id);
/// The end of a stream of many jobs: all of them have ended. A client that comes back with this id has nothing to see.
inline constexpr std::string_view end_id = "end";
[[nodiscard]] FramePtr end_frame();
/// `retry: 2000` and an empty line: how long a client waits before it comes back.
[[nodiscard]] std::string encode_retry(std::chrono::milliseconds wait);
/// A comment, which keeps proxies from taking a quiet stream for a dead one.
inline constexpr std::string_view heartbeat_bytes = ": hb\n\n";

}  // namespace platen::relay
