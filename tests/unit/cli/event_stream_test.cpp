#include "net/event_stream.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scripted_server.hpp"

using namespace platen;
using namespace platen::net;
using test::ScriptedServer;

namespace {

std::string stream(const std::string& events) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\nretry: 1\n\n" +
         events;
}

const std::string gone = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
const std::string failing = "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

struct Heard {
  std::string data;
  int breaks = 0;
  Result<StreamEnd> end;
};

Heard follow(const ScriptedServer& server, EventStreamOptions options = {}) {
  HttpClient client;
  options.url = server.url() + "/events";
  options.pause = std::chrono::milliseconds(1);
  Heard heard;
  EventStream events(client, std::move(options));
  heard.end = events.follow(
      [&](const SseEvent& event) {
        heard.data += event.data;
        return event.data == "last" ? Flow::stop : Flow::go_on;
      },
      {}, [&](const Error&) { ++heard.breaks; });
  return heard;
}

}  // namespace

TEST_CASE("a broken stream is taken up after the last event that was whole", "[net]") {
  ScriptedServer server({{stream("id: 1\ndata: a\n\nid: 2\ndata: lost")}, {stream("id: 2\ndata: b\n\n")}, {gone}});
  const Heard heard = follow(server);
  REQUIRE(heard.end);
  CHECK(heard.end->why == StreamEnd::Why::no_more);
  CHECK(heard.data == "ab");
  CHECK(heard.breaks == 2);
  const auto requests = server.requests();
  CHECK_THAT(requests.at(0), !test::has_text("Last-Event-ID"));
  CHECK_THAT(requests.at(0), test::has_text("Accept: text/event-stream\r\n"));
  CHECK_THAT(requests.at(1), test::has_text("Last-Event-ID: 1\r\n"));
  CHECK_THAT(requests.at(2), test::has_text("Last-Event-ID: 2\r\n"));
}

TEST_CASE("a stream may begin after an event that was seen before", "[net]") {
  ScriptedServer server({{stream("data: last\n\n"), true}});
  EventStreamOptions options;
  options.last_event_id = "41";
  const Heard heard = follow(server, options);
  REQUIRE(heard.end);
  CHECK(heard.end->why == StreamEnd::Why::enough);
  CHECK_THAT(server.requests().at(0), test::has_text("Last-Event-ID: 41\r\n"));
}

TEST_CASE("a server that is not there yet is asked again", "[net]") {
  ScriptedServer server({{failing}, {""}, {stream("data: last\n\n")}});
  const Heard heard = follow(server);
  REQUIRE(heard.end);
  CHECK(heard.data == "last");
  CHECK(heard.breaks == 2);
}

TEST_CASE("a refusal is handed on and not repeated", "[net]") {
  ScriptedServer server({{"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnone"}});
  const Heard heard = follow(server);
  REQUIRE(heard.end);
  CHECK(heard.end->why == StreamEnd::Why::refused);
  CHECK(heard.end->answer.status == 404);
  CHECK(heard.end->answer.body == "none");
}

TEST_CASE("patience with a server that stays away ends", "[net]") {
  ScriptedServer server({{failing}, {failing}});
  EventStreamOptions options;
  options.patience = std::chrono::milliseconds(0);
  const Heard heard = follow(server, options);
  REQUIRE_FALSE(heard.end);
  CHECK(heard.end.error().code == Errc::unavailable);
}
