#include "tests/support/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

namespace platen::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

[[noreturn]] void give_up(const char* what) { throw std::runtime_error(what + errno_text(errno)); }

LoopbackListener bind_to_loopback() {
  LoopbackListener listener{Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), 0};
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.socket.get(), generic, length) != 0 ||
      ::getsockname(listener.socket.get(), generic, &length) != 0)
    give_up("no free port: ");
  listener.port = ntohs(address.sin_port);
  return listener;
}

}  // namespace

std::uint16_t free_port() { return bind_to_loopback().port; }

LoopbackListener listen_on_loopback() {
  LoopbackListener listener = bind_to_loopback();
  if (::listen(listener.socket.get(), SOMAXCONN) != 0) give_up("cannot listen: ");
  return listener;
}

Fd connect_to_loopback(std::uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    give_up("cannot connect: ");
  return socket;
}

}  // namespace platen::test
