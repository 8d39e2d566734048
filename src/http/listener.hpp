// Listening sockets.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/fd.hpp"
#include "base/loop.hpp"

namespace platen::http {

struct BoundListener {
  Fd socket;
  std::string address;  ///< `127.0.0.1:8080`, `[::1]:8080`: what it is really bound to
  std::uint16_t port = 0;
};

/// Binds an IPv4 or IPv6 literal and listens; port 0 picks one. `invalid_request` for another host, `unavailable`
/// when the address is taken or not this machine's.
[[nodiscard]] Result<BoundListener> bind_listener(const std::string& host, std::uint16_t port);

/// Whether only this machine reaches the socket: one on loopback, or a unix socket.
[[nodiscard]] bool is_local(const Fd& socket);

/// Accepts connections. When descriptors run out it waits a moment, for the kernel would say "ready" again at once.
/// Owns: its socket, which it makes non-blocking. Threads: the loop's.
class Listener final : private Pollable {
 public:
  /// Is given each new socket, non-blocking, and the client's address.
  using OnAccept = std::function<void(Fd socket, std::string peer)>;
  /// `has_room`: while it says no, clients wait in the kernel's backlog.
  using HasRoom = std::function<bool()>;
  Listener(Loop& loop, Fd socket, OnAccept on_accept, HasRoom has_room);

 private:
  void on_ready(Readiness ready) override;
  void pause();

  Loop& loop_;
  Fd socket_;
  OnAccept on_accept_;
  HasRoom has_room_;
  Loop::Watch watch_;
  Loop::Timer resume_;
};

}  // namespace platen::http
