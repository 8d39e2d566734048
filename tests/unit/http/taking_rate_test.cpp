#include "http/taking_rate.hpp"

#include <sys/socket.h>

#include "http/listener.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/raw_http.hpp"

using namespace platen;
using namespace platen::test;

TEST_CASE("a client keeps the rate by what it reads, not by what the kernel holds for it", "[http]") {
  const auto listener = http::bind_listener("127.0.0.1", 0);
  REQUIRE(listener);
  RawHttp client(listener->port);
  const Fd socket(::accept4(listener->socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  REQUIRE(socket);
  const std::string block(64 * 1024, 'x');
  std::uint64_t sent = 0;
  const auto fill = [&] {
    for (ssize_t now = 0; (now = ::send(socket.get(), block.data(), block.size(), MSG_NOSIGNAL)) > 0;)
      sent += static_cast<std::uint64_t>(now);
  };
  http::Limits limits;
  limits.least_taken_bytes = 64 * 1024;
  http::TakingRate rate(limits);
  // The client's own buffer takes some at first; then it stands still although nothing was read.
  eventually([&] {
    fill();
    return !rate.is_kept(socket, sent);
  });
  CHECK_FALSE(rate.is_kept(socket, sent));
  (void)client.read(static_cast<std::size_t>(sent) / 2);
  eventually([&] { return rate.is_kept(socket, sent); });
}
