// TLS (RFC 8446, RFC 5246) over a socket that belongs to another: bytes in, bytes out.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "redis/url.hpp"

namespace platen::redis {

/// The client's end of one encrypted connection, TLS 1.2 or later. The server's certificate must be signed by an
/// authority that the settings name, be in force and have the server's name (or address).
/// Owns: the state of the connection, no socket. Threads: one at a time.
/// Errors: `unavailable`; the detail holds the reason and is for logs. The object is of no use afterwards, but what it
/// has to send (an alert) may still go out.
class Tls {
 public:
  [[nodiscard]] static Result<Tls> make(const TlsSettings& settings, const std::string& host);

  Tls(Tls&&) noexcept;
  Tls& operator=(Tls&&) noexcept;
  ~Tls();

  /// Goes on with the handshake; true once it is over. What is to go out then is appended to `encrypted`.
  [[nodiscard]] Result<bool> shake_hands(std::string& encrypted);
  /// Encrypts all of `plain`, at the end of `encrypted`.
  [[nodiscard]] Result<void> encrypt(std::string_view plain, std::string& encrypted);
  /// Takes what came from the other side.
  void take(std::string_view encrypted);
  /// The next plain bytes of what was taken: how many were written; 0 when there are none yet.
  [[nodiscard]] Result<std::size_t> decrypt(char* plain, std::size_t most_bytes);

 private:
  struct State;
  explicit Tls(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace platen::redis
