// WebSocket frames (RFC 6455, section 5), by wslay.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct wslay_frame_context;
struct wslay_frame_iocb;

namespace platen::relay {

/// Why a WebSocket is closed (RFC 6455, section 7.4; IANA's registry for 1013), as we say it.
enum class CloseCode : std::uint16_t {
  normal = 1000,      ///< nothing more will come: there is no reason to come back
  going_away = 1001,  ///< the service stops: come back soon
  protocol_error = 1002,
  unsupported = 1003,  ///< a binary message
  not_utf8 = 1007,
  policy = 1008,  ///< it says what nobody listens to
  too_big = 1009,
  try_again = 1013,  ///< too slow, or there is no room: come back a little later
};

/// Whole frames for the wire, unmasked as a server's are.
[[nodiscard]] std::string websocket_text(std::string_view text);
[[nodiscard]] std::string websocket_ping();
/// `reason` is UTF-8 of at most 123 bytes.
[[nodiscard]] std::string websocket_close(CloseCode code, std::string_view reason);

/// What came of some bytes of a client.
struct Heard {
  std::vector<std::string> messages;  ///< whole texts, in order; they are UTF-8
  std::string answers;                ///< frames to be sent: pongs and, when it is over, a Close
  bool is_over = false;               ///< the client has closed, or may not go on; nothing more is read
  bool began = false;                 ///< what is under way now, if anything is, began in these bytes
};

/// Reads what a client sends: joins fragments, answers pings, checks all that the RFC has a server check.
/// Holds wslay's 4 KiB only while a frame is under way. Threads: one at a time.
class WebSocketReader {
 public:
  explicit WebSocketReader(std::size_t message_limit_bytes) : message_limit_bytes_(message_limit_bytes) {}
  WebSocketReader(const WebSocketReader&) = delete;
  WebSocketReader& operator=(const WebSocketReader&) = delete;

  /// Not to be called any more once it is over.
  [[nodiscard]] Heard read(std::string_view bytes);
  /// Of a message that is not whole yet.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return message_.size(); }
  /// A message or a frame has begun and is not whole.
  [[nodiscard]] bool is_midway() const noexcept { return in_message_ || loose_bytes_ > 0; }

 private:
  struct Free {
    void operator()(wslay_frame_context* context) const noexcept;
  };
  using Fault = std::optional<CloseCode>;

  void make_context();
  [[nodiscard]] Fault take(const wslay_frame_iocb& piece, Heard& heard);
  [[nodiscard]] Fault begin_frame(const wslay_frame_iocb& piece);
  [[nodiscard]] Fault end_frame(Heard& heard);
  [[nodiscard]] Fault end_control(Heard& heard);

  std::size_t message_limit_bytes_;
  std::unique_ptr<wslay_frame_context, Free> context_;
  std::string_view input_;         ///< during `read`: what wslay has not taken yet
  std::uint64_t loose_bytes_ = 0;  ///< that were read, and are of no frame that has ended
  std::string message_;
  std::string control_;  ///< the payload of a control frame, which may come between a message's fragments

  // The frame under way.
  bool in_frame_ = false;
  bool is_final_ = false;
  std::uint8_t opcode_ = 0;
  std::uint64_t frame_bytes_ = 0;  ///< with its header
  std::uint64_t missing_bytes_ = 0;
  bool in_message_ = false;  ///< a message's first fragment was there, its last was not
};

}  // namespace platen::relay
