// The opening handshake, over the routes.
#include "http/handshake.hpp"

#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using test::Answer;

namespace {

constexpr const char* key = "dGhlIHNhbXBsZSBub25jZQ==";

struct Fixture : test::RoutesFixture {
  /// Asks for a WebSocket of a job, with the fields of a sound handshake but for what is given.
  Answer ask(const httplib::Headers& instead = {}, http::Exchange&& exchange = {}) {
    exchange.headers = instead;
    for (const auto& [name, value] :
         httplib::Headers{{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", key}})
      if (instead.count(name) == 0) exchange.headers.emplace(name, value);
    return call("GET", path, std::move(exchange));
  }
  Answer ask_upgraded(const httplib::Headers& instead = {}) {
    http::Exchange exchange;
    exchange.names_upgrade = true;
    return ask(instead, std::move(exchange));
  }

  std::string path = "/v1/jobs/" + job_in(JobState::running).id.text + "/events";
};

}  // namespace

TEST_CASE("the key is answered as in the RFC's example", "[websocket]") {
  CHECK(http::websocket_accept(key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a sound handshake becomes a WebSocket", "[websocket]") {
  Fixture fixture;
  Answer answer = fixture.ask_upgraded({{"Upgrade", "h2c, WebSocket"}});
  REQUIRE(answer.is_stream());
  const std::string said = fixture.hand_over(answer);
  CHECK(said.rfind("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n", 0) == 0);
  CHECK(said.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != std::string::npos);
  CHECK(said.find("X-Request-Id: req-1\r\n") != std::string::npos);
}

TEST_CASE("an unsound handshake is refused with what it lacks", "[websocket]") {
  Fixture fixture;
  const Answer unnamed = fixture.ask();
  CHECK(unnamed.status == 400);
  CHECK(unnamed.has("'Connection: Upgrade'"));
  for (const char* bad : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZ!==",
                          "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="}) {
    const Answer answer = fixture.ask_upgraded({{"Sec-WebSocket-Key", bad}});
    CHECK(answer.status == 400);
    CHECK(answer.has("'Sec-WebSocket-Key'"));
  }
  CHECK(fixture.ask_upgraded({{"Sec-WebSocket-Key", key}, {"Sec-WebSocket-Key", key}}).status == 400);
  http::Exchange with_body;
  with_body.names_upgrade = true;
  with_body.has_body = true;
  CHECK(fixture.ask({}, std::move(with_body)).status == 400);
  for (const char* version : {"8", "", "13, 8"}) {
    const Answer answer = fixture.ask_upgraded({{"Sec-WebSocket-Version", version}});
    CHECK(answer.status == 426);
    CHECK(answer.header("Sec-WebSocket-Version") == "13");
  }
}

TEST_CASE("a page of another origin is refused, this site's and clients without one are not", "[websocket]") {
  Fixture fixture;
  fixture.services.public_url = "https://reports.example.org/platen";
  for (const char* own :
       {"http://localhost", "https://localhost:443", "http://LOCALHOST:80", "https://reports.example.org"})
    CHECK(fixture.ask_upgraded({{"Origin", own}}).is_stream());
  for (const char* other : {"http://localhost:8080", "https://evil.example", "null", "", "localhost",
                            "https://reports.example.org.evil.example", "http://localhost@evil.example"}) {
    const Answer answer = fixture.ask_upgraded({{"Origin", other}});
    CHECK(answer.status == 403);
    CHECK(answer.has("another origin"));
  }
  CHECK(fixture.ask_upgraded({}).is_stream());
}

TEST_CASE("what offers another upgrade, or is no GET, is an ordinary request", "[websocket]") {
  Fixture fixture;
  Answer other = fixture.ask_upgraded({{"Upgrade", "h2c"}});
  REQUIRE(other.is_stream());
  CHECK(fixture.hand_over(other).rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  http::Exchange head;
  head.names_upgrade = true;
  head.headers = {{"Upgrade", "websocket"}};
  CHECK(fixture.call("HEAD", fixture.path, std::move(head)).status == 200);
}

TEST_CASE("a job that is not there is told before the upgrade", "[websocket]") {
  Fixture fixture;
  fixture.path = "/v1/jobs/" + new_job_id().text + "/events";
  CHECK(fixture.ask_upgraded().status == 404);
  fixture.events.is_healthy = false;
  CHECK(fixture.ask_upgraded().is_stream());  // the relay outwaits it
}
