// An HTTP client that sends whatever bytes a test wants, and reads answers one by one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace platen::test {

struct RawAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  /// A header's value, or an empty text.
  [[nodiscard]] std::string header(const std::string& name) const;
};

/// A TCP connection to 127.0.0.1. Every wait ends with `patience` and then throws std::runtime_error.
class RawHttp {
 public:
  explicit RawHttp(std::uint16_t port);
  /// Takes over a connected socket.
  explicit RawHttp(Fd socket) : socket_(std::move(socket)) {}

  void send(std::string_view bytes);
  /// Sends as much as the peer takes, and no error when it closes: for requests that are refused midway.
  void send_what_goes(std::string_view bytes);
  void finish_sending();
  /// Closes with a reset.
  void abort();

  /// The next answer. That to a HEAD request has no body, whatever its length says.
  [[nodiscard]] RawAnswer answer();
  [[nodiscard]] RawAnswer answer_to_head();
  /// Exactly `count` bytes, as they come.
  [[nodiscard]] std::string read(std::size_t count);
  /// All that comes until the peer closes.
  [[nodiscard]] std::string read_to_end();
  /// Whether the peer closes, without sending more.
  [[nodiscard]] bool is_closed() { return read_to_end().empty(); }
  [[nodiscard]] const Fd& socket() const noexcept { return socket_; }

 private:
  [[nodiscard]] bool fill();
  [[nodiscard]] RawAnswer head();

  Fd socket_;
  std::string received_;
};

/// `GET path HTTP/1.1` with a Host and the further header lines, each with its CRLF.
[[nodiscard]] std::string get_request(std::string_view path, std::string_view lines = {});
/// POST with a Content-Length.
[[nodiscard]] std::string post_request(std::string_view path, std::string_view content_type, std::string_view body);

}  // namespace platen::test
