// Plain TCP on 127.0.0.1.
#pragma once

#include <cstdint>

#include "base/fd.hpp"

namespace platen::test {

/// A port that nobody has at the moment: for programs that cannot be told to pick one.
[[nodiscard]] std::uint16_t free_port();

struct LoopbackListener {
  Fd socket;
  std::uint16_t port = 0;
};
/// Listens on a free port. Throws std::runtime_error.
[[nodiscard]] LoopbackListener listen_on_loopback();

/// A connected, blocking socket. Throws std::runtime_error when nobody listens there.
[[nodiscard]] Fd connect_to_loopback(std::uint16_t port);

}  // namespace platen::test
