#include "tests/unit/http/routes_fixture.hpp"

#include <sys/socket.h>

namespace platen::test {

std::string RoutesFixture::hand_over(Answer& answer) {
  std::array<int, 2> pair{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) == 0);
  const Fd client(pair[0]);
  std::get<http::Handover>(answer.outcome).adopt({Fd(pair[1]), {}});
  events.settle();
  feed.settle();
  loop.turn(std::chrono::milliseconds(0));
  std::array<char, 65536> buffer;
  const ssize_t got = ::recv(client.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  REQUIRE(got > 0);
  return {buffer.data(), static_cast<std::size_t>(got)};
}

}  // namespace platen::test
