// Quick routes, which the loop answers, and handlers that answer after they have returned.
#include "http/later.hpp"
#include "tests/integration/http/running_door.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;
using namespace platen::test;

namespace {

struct Fixture {
  http::Routes routes() {
    const auto put_off = [this](const httplib::Request&, http::Reply& reply) {
      reply.header("X-First", "yes");
      reply.later([this](const http::Later& later) { debts.lock()->push_back(later); });
    };
    const auto quick = [](const httplib::Request& request, http::Reply& reply) {
      reply.header("X-Seen", request.get_header_value("X-Test"));
      reply.text(200, "quick", "text/plain");
    };
    const auto quick_item = [](const httplib::Request& request, http::Reply& reply) {
      reply.text(200, std::string(http::part_of_path(request.path, 1)) + " " + request.get_param_value("a"),
                 "text/plain");
    };
    const auto throws = [](const httplib::Request&, http::Reply&) { throw std::runtime_error("secret"); };
    return {{"GET", "/later", http::Body::none, put_off},
            {"POST", "/later", http::Body::json, put_off},
            {"GET", "/quick", http::Body::none, quick, true, {}, http::Needs::nothing},
            {"GET", "/quick-boom", http::Body::none, throws, true, {}, http::Needs::nothing},
            {"GET", "/quick/{id}/item", http::Body::none, quick_item, true, {}, http::Needs::nothing},
            {"GET", "/quick/{id}/later", http::Body::none, put_off, true, {}, http::Needs::nothing}};
  }
  http::Later next_debt() {
    REQUIRE(eventually([this] { return !debts.lock()->empty(); }));
    auto all = debts.lock();
    http::Later later = all->back();
    all->pop_back();
    return later;
  }

  Guarded<std::vector<http::Later>> debts;
  RunningDoor door{few_threads(), routes()};
};

void say(http::Reply& reply, const std::string& text) { reply.text(201, text, "text/plain"); }

}  // namespace

TEST_CASE("an answer may come from another thread, after the handler", "[http]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  client.send(post_request("/later", "application/json", "{}"));
  const http::Later later = fixture.next_debt();
  std::jthread([&later] {
    later.answer([](const httplib::Request&, http::Reply& reply) { say(reply, "at last"); });
  }).join();
  const RawAnswer answer = client.answer();
  CHECK(answer.status == 201);
  CHECK(answer.body == "at last");
  CHECK(answer.header("content-length") == "7");
  CHECK(!answer.header("x-request-id").empty());
  CHECK(!answer.header("date").empty());
  CHECK(answer.header("x-first").empty());

  client.send(get_request("/hello"));
  CHECK(client.answer().body == "hello");
}

TEST_CASE("while answers are owed, no thread is held", "[http]") {
  Fixture fixture;
  std::vector<RawHttp> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(fixture.door.connect());
    clients.back().send(get_request("/later"));
  }
  REQUIRE(eventually([&] { return fixture.debts.lock()->size() == 50; }));
  RawHttp other = fixture.door.connect();
  other.send(get_request("/hello"));
  CHECK(other.answer().status == 200);
  for (int i = 0; i < 50; ++i)
    fixture.next_debt().answer([](const httplib::Request&, http::Reply& reply) { say(reply, "now"); });
  for (RawHttp& client : clients) CHECK(client.answer().body == "now");
}

TEST_CASE("a later answer may be a problem, a wait's or a stream", "[http]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  client.send(get_request("/later"));
  fixture.next_debt().answer([](const httplib::Request&, http::Reply&) { throw std::runtime_error("secret"); });
  RawAnswer answer = client.answer();
  CHECK(answer.status == 500);
  CHECK(answer.body.find("secret") == std::string::npos);

  client.send(get_request("/later"));
  fixture.next_debt().answer([](const httplib::Request&, http::Reply& reply) {
    reply.wait({.at_most = std::chrono::milliseconds(1),
                .watch = [](const std::function<void()>&) { return std::make_unique<http::Watching>(); },
                .answer = [](const httplib::Request&, http::Reply& late) { say(late, "waited"); }});
  });
  CHECK(client.answer().body == "waited");

  client.send(get_request("/later"));
  fixture.next_debt().answer([&](const httplib::Request&, http::Reply& reply) {
    reply.stream([&](http::Detached given) {
      given.watch.reset();
      fixture.door.detached().lock()->push_back(std::move(given));
    });
  });
  CHECK(eventually([&] { return fixture.door.detached().lock()->size() == 1; }));
}

TEST_CASE("a client that leaves before its answer, and an answer that never comes", "[http]") {
  Fixture fixture;
  {
    RawHttp client = fixture.door.connect();
    client.send(get_request("/later"));
    const http::Later later = fixture.next_debt();
    client.abort();
    later.answer([](const httplib::Request&, http::Reply& reply) { say(reply, "nobody"); });
  }
  RawHttp client = fixture.door.connect();
  client.send(get_request("/later"));
  (void)fixture.next_debt();
  CHECK(client.is_closed());
  CHECK(eventually([&] { return fixture.door.stats().connections == 0; }));
}

TEST_CASE("an answer owed outlives the door", "[http]") {
  std::optional<http::Later> later;
  {
    Fixture fixture;
    RawHttp client = fixture.door.connect();
    client.send(get_request("/later"));
    later = fixture.next_debt();
  }
  later->answer([](const httplib::Request&, http::Reply& reply) { say(reply, "nobody"); });
}

TEST_CASE("quick routes are answered like all others", "[http]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  client.send(get_request("/quick?a=b", "X-Test: seen\r\n"));
  RawAnswer answer = client.answer();
  CHECK(answer.status == 200);
  CHECK(answer.body == "quick");
  CHECK(answer.header("x-seen") == "seen");
  CHECK(!answer.header("x-request-id").empty());

  client.send("HEAD /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
  answer = client.answer_to_head();
  CHECK(answer.status == 200);
  CHECK(answer.header("content-length") == "5");

  client.send("POST /quick HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.answer().status == 405);

  client.send(get_request("/quick-boom"));
  answer = client.answer();
  CHECK(answer.status == 500);
  CHECK(answer.body.find("secret") == std::string::npos);

  std::string many;
  for (int i = 0; i < 100; ++i) many += get_request("/quick") + get_request("/items/n" + std::to_string(i));
  client.send(many);
  for (int i = 0; i < 100; ++i) {
    CHECK(client.answer().body == "quick");
    CHECK(client.answer().body == "\"n" + std::to_string(i) + "\"");
  }
}

TEST_CASE("a quick route may have a group in its pattern, and a query", "[http]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  client.send(get_request("/quick/x%20y/item?a=b%26c"));
  CHECK(client.answer().body == "x y b&c");
  for (const char* const other : {"/quick//item", "/quick/x/y/item", "/quick/x/items", "/quick/item"}) {
    client.send(get_request(other));
    CHECK(client.answer().status == 404);
  }
}

TEST_CASE("a quick route may answer later, and be asked again meanwhile", "[http]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  client.send(get_request("/quick/x/later") + get_request("/quick/x/item"));
  const http::Later later = fixture.next_debt();
  RawHttp other = fixture.door.connect();
  other.send(get_request("/quick/z/item"));
  CHECK(other.answer().body == "z ");
  later.answer([](const httplib::Request&, http::Reply& reply) { say(reply, "at last"); });
  CHECK(client.answer().body == "at last");
  CHECK(client.answer().body == "x ");
}

TEST_CASE("a route has a method that routes have, and a quick one is a GET", "[http]") {
  const auto handler = [](const httplib::Request&, http::Reply& reply) { reply.empty(204); };
  CHECK_THROWS_AS(http::RouteTable({{"POST", "/a", http::Body::none, handler, true, {}, http::Needs::nothing}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(http::RouteTable({{"BREW", "/a", http::Body::none, handler, false, {}, http::Needs::nothing}}),
                  std::invalid_argument);
}
