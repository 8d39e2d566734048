// One socket to Redis, with what is to go out and what came in. The connections are built on it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/fd.hpp"
#include "redis/reply_reader.hpp"
#include "redis/tls.hpp"
#include "redis/url.hpp"

namespace platen::redis {

/// A command: its name and arguments, each sent as it is. Never a format.
using Arguments = std::span<const std::string_view>;

/// Appends a command in the protocol's form (RESP2: an array of bulk strings).
void append_command(std::string& bytes, Arguments arguments);

/// The present answer to everything while Redis is away; the reason goes to the log, not to clients.
[[nodiscard]] Error not_reachable();

/// What a connection that is being opened waits for.
enum class Opening { writable, readable, done };

/// A non-blocking socket, encrypted where its address says so, and its parser.
/// Owns: both. Threads: one at a time.
/// Errors: `unavailable`; the detail holds the reason and is for logs. The object is of no use afterwards.
class Wire {
 public:
  /// Begins to connect; the socket is writable once that is over. A host name is looked up here, which blocks;
  /// of its addresses the `attempt`-th is tried.
  [[nodiscard]] static Result<Wire> dial(const Url& url, unsigned attempt);

  [[nodiscard]] int fd() const noexcept { return socket_.get(); }
  /// How the connecting went, once the socket is writable; with TLS, goes on with the handshake. Call it again when
  /// the socket is what it waits for.
  [[nodiscard]] Result<Opening> open();
  /// Whether the other side has hung up, as far as is known now. Not while an answer is awaited.
  [[nodiscard]] bool is_closed();

  /// What is to be sent.
  [[nodiscard]] std::string& outgoing() noexcept { return outgoing_.bytes; }
  /// Sends what the kernel takes; true when nothing is left.
  [[nodiscard]] Result<bool> flush();
  /// Reads once what has come; false when there was nothing.
  [[nodiscard]] Result<bool> fill();
  /// Puts the next whole answer into `reply`; false: none yet.
  [[nodiscard]] Result<bool> next(Reply& reply) { return reader_.next(reply); }

 private:
  struct Outgoing {
    std::string bytes;
    std::size_t sent = 0;
  };
  explicit Wire(Fd socket) : socket_(std::move(socket)) {}
  [[nodiscard]] Result<bool> send(Outgoing& outgoing);
  /// False when there is nothing.
  [[nodiscard]] Result<bool> receive(std::span<char> bytes, std::string_view& received);
  Fd socket_;
  ReplyReader reader_;
  std::optional<Tls> tls_;
  Outgoing outgoing_;
  Outgoing encrypted_;
};

}  // namespace platen::redis
