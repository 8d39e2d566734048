#include "redis/wire.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/owned.hpp"

namespace platen::redis {

namespace {

using AddressList = Owned<addrinfo, ::freeaddrinfo>;

constexpr std::size_t read_bytes = 64UL * 1024;
// A flushed buffer that has grown larger than this (a 1 MiB spec went out) is given back.
constexpr std::size_t kept_buffer_bytes = 256UL * 1024;

tl::unexpected<Error> broken(std::string_view what, int error) {
  return fail(Errc::unavailable, fmt::format("{}: {}", what, errno_text(error)));
}

Result<Fd> connect_to(const sockaddr& address, socklen_t length) {
  Fd socket(::socket(address.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return broken("socket", errno);
  const int on = 1;
  if (address.sa_family != AF_UNIX) {
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  }
  if (::connect(socket.get(), &address, length) != 0 && errno != EINPROGRESS) return broken("connect", errno);
  return socket;
}

Result<Fd> connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Errc::unavailable, "the socket's path is too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return connect_to(*reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Result<Fd> connect_tcp(const Url& url, unsigned attempt) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  const int error = ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &first);
  if (error != 0) return fail(Errc::unavailable, fmt::format("name lookup: {}", ::gai_strerror(error)));
  const AddressList addresses(first);
  unsigned count = 0;
  for (const addrinfo* address = first; address != nullptr; address = address->ai_next) ++count;
  const addrinfo* chosen = first;
  for (unsigned skip = attempt % count; skip > 0; --skip) chosen = chosen->ai_next;
  return connect_to(*chosen->ai_addr, chosen->ai_addrlen);
}

}  // namespace

void append_command(std::string& bytes, Arguments arguments) {
  const auto append_count = [&bytes](char kind, std::size_t count) {
    const fmt::format_int digits(count);
    bytes.append(1, kind).append(digits.data(), digits.size()).append("\r\n");
  };
  constexpr std::size_t around_bytes = 16;  // a count and two line ends
  std::size_t command_bytes = around_bytes;
  for (const std::string_view argument : arguments) command_bytes += argument.size() + around_bytes;
  bytes.reserve(bytes.size() + command_bytes);
  append_count('*', arguments.size());
  for (const std::string_view argument : arguments) {
    append_count('$', argument.size());
    bytes.append(argument).append("\r\n");
  }
}

Error not_reachable() { return {Errc::unavailable, "The queue cannot be reached at the moment; try again shortly."}; }

Result<Wire> Wire::dial(const Url& url, unsigned attempt) {
  auto socket = url.socket_path.empty() ? connect_tcp(url, attempt) : connect_unix(url.socket_path);
  if (!socket) return fail(std::move(socket).error());
  Wire wire(*std::move(socket));
  if (!url.tls) return wire;
  auto tls = Tls::make(*url.tls, url.host);
  if (!tls) return fail(std::move(tls).error());
  wire.tls_ = *std::move(tls);
  return wire;
}

Result<Opening> Wire::open() {
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  if (error != 0) return broken("connect", error);
  if (!tls_) return Opening::done;
  for (;;) {
    const auto is_over = tls_->shake_hands(encrypted_.bytes);
    const auto all_sent = send(encrypted_);  // what went wrong, too
    if (!is_over) return fail(is_over.error());
    if (!all_sent) return fail(all_sent.error());
    if (!*all_sent) return Opening::writable;
    if (*is_over) return Opening::done;
    char bytes[read_bytes];
    std::string_view received;
    const auto has_some = receive(bytes, received);
    if (!has_some) return fail(has_some.error());
    if (!*has_some) return Opening::readable;
    tls_->take(received);
  }
}

bool Wire::is_closed() {
  for (;;) {  // what comes unasked, TLS's tickets, stands before the end
    const auto filled = fill();
    if (!filled) return true;
    if (!*filled) return false;
  }
}

Result<bool> Wire::send(Outgoing& outgoing) {
  while (outgoing.sent < outgoing.bytes.size()) {
    const ssize_t sent = ::send(socket_.get(), outgoing.bytes.data() + outgoing.sent,
                                outgoing.bytes.size() - outgoing.sent, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return false;
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return broken("send", errno);
    outgoing.sent += static_cast<std::size_t>(sent);
  }
  outgoing.sent = 0;
  outgoing.bytes.clear();
  if (outgoing.bytes.capacity() > kept_buffer_bytes) outgoing.bytes.shrink_to_fit();
  return true;
}

Result<bool> Wire::flush() {
  if (!tls_) return send(outgoing_);
  if (auto done = tls_->encrypt(outgoing_.bytes, encrypted_.bytes); !done) return fail(std::move(done).error());
  outgoing_.bytes.clear();
  if (outgoing_.bytes.capacity() > kept_buffer_bytes) outgoing_.bytes.shrink_to_fit();
  return send(encrypted_);
}

Result<bool> Wire::receive(std::span<char> bytes, std::string_view& received) {
  const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got < 0) return broken("receive", errno);
  if (got == 0) return fail(Errc::unavailable, "Redis closed the connection");
  received = {bytes.data(), static_cast<std::size_t>(got)};
  return true;
}

Result<bool> Wire::fill() {
  char bytes[read_bytes];
  std::string_view received;
  const auto has_some = receive(bytes, received);
  if (!has_some || !*has_some) return has_some;
  if (!tls_) {
    if (auto fed = reader_.feed(received); !fed) return fail(std::move(fed).error());
    return true;
  }
  tls_->take(received);
  for (;;) {
    const auto plain = tls_->decrypt(bytes, sizeof bytes);
    if (!plain) return fail(plain.error());
    if (*plain == 0) return true;
    if (auto fed = reader_.feed({bytes, *plain}); !fed) return fail(std::move(fed).error());
  }
}

}  // namespace platen::redis
