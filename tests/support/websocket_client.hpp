// A client's end of a WebSocket, by hand.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/raw_http.hpp"
#include "tests/support/websocket_frames.hpp"

namespace platen::test {

inline std::string websocket_handshake(const std::string& path,
                                       const std::string& lines = "Connection: keep-alive, Upgrade\r\n") {
  return get_request(path,
                     "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                         lines);
}

/// Connected when the constructor returns. Every wait ends with `patience`; throws std::runtime_error then, and for
/// what was not expected.
class WebSocketClient {
 public:
  WebSocketClient(std::uint16_t port, const std::string& path) : connection_(port) {
    connection_.send(websocket_handshake(path));
    std::string head;
    while (!head.ends_with("\r\n\r\n")) head += connection_.read(1);
    if (!head.starts_with("HTTP/1.1 101 ") ||
        head.find("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") == std::string::npos)
      throw std::runtime_error("no WebSocket: " + head);
  }
  void send(unsigned opcode, const std::string& payload) { connection_.send(client_frame(opcode, payload)); }
  void send_bytes(const std::string& bytes) { connection_.send(bytes); }
  /// The next frame that is no ping; pings are answered.
  ServerFrame next() {
    for (;;) {
      ServerFrame frame = next_of_any_kind();
      if (frame.opcode != opcode::ping) return frame;
      send(opcode::pong, frame.payload);
    }
  }
  ServerFrame next_of_any_kind() {
    for (;;) {
      std::string_view rest = received_;
      auto frame = take_frame(rest);
      received_.erase(0, received_.size() - rest.size());
      if (frame) return *std::move(frame);
      received_ += connection_.read(1);
    }
  }
  /// Messages until one has the text; that one.
  std::string until(const std::string& text) {
    for (;;) {
      const ServerFrame frame = next();
      if (frame.opcode != opcode::text)
        throw std::runtime_error("no message, but opcode " + std::to_string(frame.opcode));
      if (frame.payload.find(text) != std::string::npos) return frame.payload;
    }
  }
  [[nodiscard]] bool is_closed() { return connection_.is_closed(); }

 private:
  RawHttp connection_;
  std::string received_;
};

}  // namespace platen::test
