// The plain connection against real servers.
#include "redis/connection.hpp"

#include <netdb.h>

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/redis_server.hpp"

namespace platen::test {

namespace {

using Words = std::vector<std::string_view>;

Errc code_of(const Result<redis::Reply>& reply) {
  REQUIRE_FALSE(reply.has_value());
  return reply.error().code;
}

/// A bare root may have no /etc/hosts.
bool resolves(const char* host) {
  addrinfo* found = nullptr;
  if (::getaddrinfo(host, nullptr, nullptr, &found) != 0) return false;
  ::freeaddrinfo(found);
  return true;
}

}  // namespace

TEST_CASE("a connection sends arguments as they are, whatever bytes are in them", "[redis]") {
  RedisServer server;
  redis::Connection connection(server.url());
  const std::string odd("a b\r\n%s\0\xff", 9);
  REQUIRE(connection.call(Words{"SET", "key", odd}));
  CHECK(redis::Value(*connection.call(Words{"GET", "key"})).text() == odd);
  const std::string large(2'000'000, 'x');
  REQUIRE(connection.call(Words{"SET", "key", large}));
  CHECK(redis::Value(*connection.call(Words{"GET", "key"})).text() == large);
}

TEST_CASE("an answer is read as what it is", "[redis]") {
  RedisServer server;
  redis::Connection connection(server.url());
  CHECK(redis::Value(*connection.call(Words{"GET", "none"})).is_nil());
  CHECK(redis::Value(*connection.call(Words{"INCR", "n"})).integer() == 1);
  CHECK(redis::Value(*connection.call(Words{"GET", "n"})).integer() == 1);
  const auto list = connection.call(Words{"EVAL", "return {1, 'two', {3}}", "0"});
  const redis::Value parts(*list);
  REQUIRE(parts.size() == 3);
  CHECK(parts[1].text() == "two");
  CHECK(parts[2][0].integer() == 3);
  CHECK(parts[3].is_nil());
  CHECK(redis::Value().is_nil());
}

TEST_CASE("an error reply belongs to its command and leaves the connection whole", "[redis]") {
  RedisServer server;
  redis::Connection connection(server.url());
  const auto reply = connection.call(Words{"NO-SUCH-COMMAND"});
  REQUIRE(reply);
  CHECK(redis::has_error_code(*reply, "ERR"));
  CHECK(connection.call(Words{"PING"}));
}

TEST_CASE("a connection works at once after Redis was restarted", "[redis]") {
  RedisServer server;
  redis::Connection connection(server.url());
  REQUIRE(connection.call(Words{"SET", "key", "value"}));
  server.kill9();
  CHECK(code_of(connection.call(Words{"GET", "key"})) == Errc::unavailable);
  CHECK(code_of(connection.call(Words{"GET", "key"})) == Errc::unavailable);
  server.restart();
  CHECK(redis::Value(*connection.call(Words{"GET", "key"})).text() == "value");
  server.kill9();
  server.restart();
  CHECK(redis::Value(*connection.call(Words{"GET", "key"})).text() == "value");
}

TEST_CASE("a silent Redis is unavailable after the command's time", "[redis]") {
  RedisServer server;
  redis::Connection connection(server.url(), {.command_timeout = std::chrono::milliseconds(50)});
  REQUIRE(connection.call(Words{"PING"}));
  server.freeze();
  CHECK(code_of(connection.call(Words{"PING"})) == Errc::unavailable);
  server.thaw();
  // The late answer to the first is not taken for that to the second.
  CHECK(eventually([&] {
    const auto reply = connection.call(Words{"ECHO", "hello"});
    return reply && redis::Value(*reply).text() == "hello";
  }));
}

TEST_CASE("an unreachable Redis is unavailable, and its address stays out of the answer", "[redis]") {
  redis::Url nowhere;
  nowhere.socket_path = "/nowhere/redis.sock";
  redis::Connection over_unix(nowhere);
  const auto reply = over_unix.call(Words{"PING"});
  CHECK(code_of(reply) == Errc::unavailable);
  CHECK(reply.error().detail.find("nowhere") == std::string::npos);
  redis::Url closed;
  closed.port = 1;
  redis::Connection over_tcp(closed);
  CHECK(code_of(over_tcp.call(Words{"PING"})) == Errc::unavailable);
}

TEST_CASE("a password is asked for and given", "[redis]") {
  RedisServer server({.password = "open sesame"});
  redis::Connection right(server.url());
  CHECK(right.call(Words{"PING"}));
  redis::Url wrong = server.url();
  wrong.password = "guess";
  CHECK(code_of(redis::Connection(wrong).call(Words{"PING"})) == Errc::unavailable);
  redis::Url none = server.url();
  none.password.clear();
  CHECK(code_of(redis::Connection(none).call(Words{"PING"})) == Errc::unavailable);
  redis::Url named = server.url();
  named.user = "default";
  CHECK(redis::Connection(named).call(Words{"PING"}));
}

TEST_CASE("a connection over TCP finds the address that answers, and its database", "[redis]") {
  RedisServer server({.tcp = true});
  redis::Url url = server.tcp_url();
  if (resolves("localhost")) url.host = "localhost";  // often ::1 first, where nobody listens
  url.database = 5;
  redis::Connection connection(url);
  REQUIRE(connection.call(Words{"SET", "key", "value"}));
  CHECK(redis::Value(server({"EXISTS", "key"})).integer() == 0);
  redis::Url beyond = server.tcp_url();
  beyond.database = 999;
  CHECK(code_of(redis::Connection(beyond).call(Words{"PING"})) == Errc::unavailable);
}

TEST_CASE("a server that became a replica is left for a new connection", "[redis]") {
  RedisServer server;
  redis::Connection connection(server.url());
  REQUIRE(connection.call(Words{"SET", "key", "1"}));
  (void)server({"REPLICAOF", "127.0.0.1", "1"});
  CHECK(code_of(connection.call(Words{"SET", "key", "2"})) == Errc::unavailable);
  (void)server({"REPLICAOF", "NO", "ONE"});
  CHECK(connection.call(Words{"SET", "key", "3"}));
}

}  // namespace platen::test
