#include "http/listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/log.hpp"

namespace platen::http {

namespace {

constexpr int backlog = 4096;
constexpr int accepts_a_turn = 64;  // so that those who are in are served between those who come
constexpr std::chrono::milliseconds pause_time{100};

/// An address of either family.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
  sockaddr* generic() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  sockaddr_in& v4() noexcept { return reinterpret_cast<sockaddr_in&>(storage); }
  sockaddr_in6& v6() noexcept { return reinterpret_cast<sockaddr_in6&>(storage); }
};

std::string text_of(Address& address) {
  if (address.storage.ss_family == AF_INET) {  // inet_ntop prints by a format, which is 2,000 instructions
    const std::uint32_t number = ntohl(address.v4().sin_addr.s_addr);
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
      text.append(std::to_string(number >> static_cast<unsigned>(shift) & 0xFFU));
      if (shift > 0) text.append(".");
    }
    return text;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_v6 = address.storage.ss_family == AF_INET6;
  const void* source = is_v6 ? static_cast<const void*>(&address.v6().sin6_addr) : &address.v4().sin_addr;
  if (::inet_ntop(address.storage.ss_family, source, text.data(), text.size()) == nullptr) return "-";
  return text.data();
}

Result<Address> parse_address(const std::string& host, std::uint16_t port) {
  Address address;
  if (::inet_pton(AF_INET, host.c_str(), &address.v4().sin_addr) == 1) {
    address.v4().sin_family = AF_INET;
    address.v4().sin_port = htons(port);
    address.size = sizeof(sockaddr_in);
    return address;
  }
  address.storage = {};
  if (::inet_pton(AF_INET6, host.c_str(), &address.v6().sin6_addr) == 1) {
    address.v6().sin6_family = AF_INET6;
    address.v6().sin6_port = htons(port);
    address.size = sizeof(sockaddr_in6);
    return address;
  }
  return fail(Errc::invalid_request, "'" + host + "' is not an IPv4 or IPv6 address to listen on.");
}

tl::unexpected<Error> cannot_listen(const std::string& host, std::uint16_t port) {
  const int error = errno;
  return fail(Errc::unavailable,
              "Cannot listen on " + host + " port " + std::to_string(port) + ": " + errno_text(error) + ".");
}

bool is_out_of_room(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

}  // namespace

bool is_local(const Fd& socket) {
  Address address;
  if (::getsockname(socket.get(), address.generic(), &address.size) != 0) return false;
  if (address.storage.ss_family == AF_UNIX) return true;
  if (address.storage.ss_family == AF_INET) return (ntohl(address.v4().sin_addr.s_addr) >> 24U) == IN_LOOPBACKNET;
  return address.storage.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address.v6().sin6_addr);
}

Result<BoundListener> bind_listener(const std::string& host, std::uint16_t port) {
  auto address = parse_address(host, port);
  if (!address) return fail(address.error());
  BoundListener bound;
  bound.socket = Fd(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!bound.socket || ::setsockopt(bound.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(bound.socket.get(), address->generic(), address->size) != 0 ||
      ::listen(bound.socket.get(), backlog) != 0 ||
      ::getsockname(bound.socket.get(), address->generic(), &address->size) != 0)
    return cannot_listen(host, port);
  const bool is_v6 = address->storage.ss_family == AF_INET6;
  bound.port = ntohs(is_v6 ? address->v6().sin6_port : address->v4().sin_port);
  const std::string name = is_v6 ? "[" + text_of(*address) + "]" : text_of(*address);
  bound.address = name + ":" + std::to_string(bound.port);
  return bound;
}

Listener::Listener(Loop& loop, Fd socket, OnAccept on_accept, HasRoom has_room)
    : loop_(loop), socket_(std::move(socket)), on_accept_(std::move(on_accept)), has_room_(std::move(has_room)) {
  // Those that systemd opens block, and so would `accept` once the client that it was called for has left.
  ::fcntl(socket_.get(), F_SETFL, ::fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
  // What it accepts inherits this (Linux). Fails on a unix socket, which needs none.
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  watch_ = loop_.watch(socket_.get(), Interest::read, *this);
}

void Listener::on_ready(Readiness) {
  for (int i = 0; i < accepts_a_turn; ++i) {
    if (!has_room_()) return pause();
    Address address;
    Fd socket(::accept4(socket_.get(), address.generic(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (is_out_of_room(errno)) {
        spdlog::warn("cannot accept a connection: {}", errno_text(errno));
        pause();
      }
      return;  // else none waits, or the one that did is gone
    }
    on_accept_(std::move(socket), text_of(address));
  }
}

void Listener::pause() {
  watch_.set(Interest::none);
  resume_ = loop_.after(pause_time, [this] { watch_.set(Interest::read); });
}

}  // namespace platen::http
