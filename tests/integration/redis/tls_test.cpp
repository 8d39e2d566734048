// Redis over TLS: every kind of connection, and whom none of them trusts.
#include <fmt/format.h>

#include "redis/connection.hpp"
#include "redis/loop_connection.hpp"
#include "redis/shared_connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/redis_server.hpp"

namespace platen::test {

namespace {

using Words = std::vector<std::string_view>;

/// A redis-server that also listens for TLS, and asks clients for certificates or not.
class TlsServer {
 public:
  explicit TlsServer(std::string auth_clients = "no")
      : server_({.arguments = {"--tls-port", std::to_string(port_), "--tls-cert-file", certificates.certificate(),
                               "--tls-key-file", certificates.key(), "--tls-ca-cert-file", certificates.authority(),
                               "--tls-auth-clients", std::move(auth_clients)}}) {}

  [[nodiscard]] redis::Url url(const std::string& host, const std::string& parameters) const {
    auto url = redis::Url::parse(fmt::format("rediss://{}:{}/0?{}", host, port_, parameters));
    REQUIRE(url);
    return *std::move(url);
  }
  [[nodiscard]] redis::Url url() const {
    return url("127.0.0.1", "name=localhost&ca=" + certificates.authority());  // localhost may be ::1 first
  }
  RedisServer& server() { return server_; }

  const Certificates certificates;

 private:
  std::uint16_t port_ = free_port();
  RedisServer server_;
};

/// Why a connection to that address is refused; empty when it is not.
std::string refused(const redis::Url& url) {
  redis::Connection connection(url);
  const auto reply = connection.call(Words{"PING"});
  if (reply) return {};
  CHECK(reply.error().code == Errc::unavailable);
  return connection.trouble();
}

}  // namespace

TEST_CASE("over TLS a plain connection carries large values both ways and outlives Redis", "[redis][tls]") {
  TlsServer tls;
  redis::Connection connection(tls.url());
  const std::string large(3'000'000, 'x');
  REQUIRE(connection.call(Words{"SET", "key", large}));
  CHECK(redis::Value(*connection.call(Words{"GET", "key"})).text() == large);
  tls.server().kill9();
  tls.server().restart();
  CHECK(redis::Value(*connection.call(Words{"GET", "key"})).text() == large);
}

TEST_CASE("over TLS a loop's connections answer and are told", "[redis][tls]") {
  TlsServer tls;
  Loop loop;
  bool is_subscribed = false;
  std::string told;
  redis::LoopConnection* subscribing = nullptr;
  redis::LoopConnection subscriber(loop, tls.url(),
                                   {[&] {
                                      subscribing->send(Words{"SUBSCRIBE", "news"});
                                    },
                                    [] {},
                                    [&](const redis::Value& push) {
                                      is_subscribed = is_subscribed || push[0].text() == "subscribe";
                                      if (push[0].text() == "message") told = push[2].text();
                                    }});
  subscribing = &subscriber;
  redis::LoopConnection caller(loop, tls.url(), {});
  const std::string large(1'000'000, 'y');
  std::string answer;
  caller.call(Words{"SET", "key", large}, [](const auto&) {});
  caller.call(Words{"GET", "key"}, [&](const Result<redis::Reply>& reply) {
    if (reply) answer = redis::Value(*reply).text();
  });
  eventually([&] {
    loop.turn(std::chrono::milliseconds(20));
    return is_subscribed && answer == large;
  });
  caller.call(Words{"PUBLISH", "news", large}, [](const auto&) {});
  eventually([&] {
    loop.turn(std::chrono::milliseconds(20));
    return told == large;
  });
}

TEST_CASE("over TLS a shared connection comes back after Redis", "[redis][tls]") {
  TlsServer tls;
  redis::SharedConnection connection(tls.url());
  REQUIRE(connection.call(Words{"SET", "key", "value"}));
  tls.server().kill9();
  eventually([&] { return !connection.call(Words{"GET", "key"}).has_value(); });
  tls.server().restart();
  eventually([&] {
    const auto reply = connection.call(Words{"GET", "key"});
    return reply && redis::Value(*reply).text() == "value";
  });
}

TEST_CASE("a certificate of another authority, or of another name, is not trusted", "[redis][tls]") {
  const TlsServer tls;
  const std::string ours = "ca=" + tls.certificates.authority();
  const Certificates others;
  CHECK(refused(tls.url("localhost", ours)).empty());
  CHECK_THAT(refused(tls.url("localhost", "ca=" + others.authority())), has_text("not trusted"));
  CHECK_THAT(refused(tls.url("localhost", "")), has_text("not trusted"));
  CHECK_THAT(refused(tls.url("127.0.0.1", ours)), has_text("IP address mismatch"));
  CHECK(refused(tls.url("127.0.0.1", ours + "&name=localhost")).empty());
  CHECK_THAT(refused(tls.url("localhost", ours + "&name=example.com")), has_text("ostname mismatch"));
  CHECK_THAT(refused(tls.url("localhost", "ca=/nowhere.pem")), has_text("/nowhere.pem"));
}

TEST_CASE("a Redis that asks for our certificate gets it", "[redis][tls]") {
  const TlsServer tls("yes");
  const std::string ours = "ca=" + tls.certificates.authority();
  CHECK_FALSE(refused(tls.url("localhost", ours)).empty());
  CHECK(
      refused(tls.url("localhost", ours + "&cert=" + tls.certificates.certificate() + "&key=" + tls.certificates.key()))
          .empty());
}

TEST_CASE("a server that does not speak TLS, or nothing at all, is unavailable in time", "[redis][tls]") {
  const RedisServer plain({.tcp = true});
  const Certificates certificates;
  redis::Url url = plain.tcp_url();
  url.host = "localhost";
  url.tls = redis::TlsSettings{.ca_file = certificates.authority()};
  CHECK_FALSE(refused(url).empty());
  const LoopbackListener silent = listen_on_loopback();
  url.port = silent.port;
  CHECK_THAT(refused(url), has_text("in time"));
}

}  // namespace platen::test
