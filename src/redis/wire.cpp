#include "redis/wire.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/owned.hpp"

namespace platen::redis {

namespace {

using Reader = Owned<redisReader, redisReaderFree>;
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

struct Wire::Parser {
  Reader reader{redisReaderCreate()};
};

void append_command(std::string& bytes, Arguments arguments) {
  fmt::format_to(std::back_inserter(bytes), "*{}\r\n", arguments.size());
  for (const std::string_view argument : arguments) {
    fmt::format_to(std::back_inserter(bytes), "${}\r\n", argument.size());
    bytes.append(argument).append("\r\n");
  }
}

Error not_reachable() { return {Errc::unavailable, "The queue cannot be reached at the moment; try again shortly."}; }

Wire::Wire(Fd socket) : socket_(std::move(socket)), parser_(std::make_unique<Parser>()) {}
Wire::Wire(Wire&&) noexcept = default;
Wire& Wire::operator=(Wire&&) noexcept = default;
Wire::~Wire() = default;

Result<Wire> Wire::dial(const Url& url, unsigned attempt) {
  auto socket = url.socket_path.empty() ? connect_tcp(url, attempt) : connect_unix(url.socket_path);
  if (!socket) return fail(std::move(socket).error());
  return Wire(*std::move(socket));
}

Result<void> Wire::connected() const {
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  if (error != 0) return broken("connect", error);
  return {};
}

bool Wire::is_closed() const noexcept {
  char byte = 0;
  const ssize_t got = ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

Result<bool> Wire::flush() {
  while (sent_ < outgoing_.size()) {
    const ssize_t sent = ::send(socket_.get(), outgoing_.data() + sent_, outgoing_.size() - sent_, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return false;
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return broken("send", errno);
    sent_ += static_cast<std::size_t>(sent);
  }
  sent_ = 0;
  outgoing_.clear();
  if (outgoing_.capacity() > kept_buffer_bytes) outgoing_.shrink_to_fit();
  return true;
}

Result<bool> Wire::fill() {
  char bytes[read_bytes];
  const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got < 0) return broken("receive", errno);
  if (got == 0) return fail(Errc::unavailable, "Redis closed the connection");
  if (redisReaderFeed(parser_->reader.get(), bytes, static_cast<std::size_t>(got)) != REDIS_OK)
    return fail(Errc::unavailable, "no memory for Redis's answer");
  return true;
}

Result<Reply> Wire::next() {
  void* reply = nullptr;
  if (redisReaderGetReply(parser_->reader.get(), &reply) != REDIS_OK)
    return fail(Errc::unavailable, fmt::format("protocol: {}", parser_->reader->errstr));
  return Reply(static_cast<redisReply*>(reply));
}

}  // namespace platen::redis
