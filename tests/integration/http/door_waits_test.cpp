// Connections that wait: what wakes them, what frees them, and that they hold nobody up.
#include <map>

#include "tests/integration/http/running_door.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;
using namespace platen::test;

namespace {

constexpr auto long_time = std::chrono::minutes(10);

/// What the route `/news` waits for. Threads: the loop's.
class News {
 public:
  [[nodiscard]] std::unique_ptr<http::Watching> watch(std::function<void()> over) {
    waiting_[++last_] = std::move(over);
    return std::make_unique<Place>(*this, last_);
  }
  void come() {
    for (auto& [id, over] : std::exchange(waiting_, {})) over();
  }
  [[nodiscard]] std::size_t watched() const { return waiting_.size(); }

 private:
  struct Place final : http::Watching {
    Place(News& in, int as) : news(in), id(as) {}
    ~Place() override { news.waiting_.erase(id); }
    News& news;
    int id;
  };
  std::map<int, std::function<void()>> waiting_;
  int last_ = 0;
};

struct Fixture {
  explicit Fixture(const http::Limits& limits = few_threads(), std::chrono::milliseconds at_most = long_time)
      : door(limits, routes(at_most)) {}

  http::Routes routes(std::chrono::milliseconds at_most) {
    const auto handler = [this, at_most](const httplib::Request& request, http::Reply& reply) {
      reply.header("X-First", "yes");
      reply.wait({.at_most = at_most,
                  .watch = [this](std::function<void()> over) { return news.watch(std::move(over)); },
                  .answer =
                      [body = request.body](const httplib::Request& later, http::Reply& answer) {
                        answer.header("X-Later-Body-Bytes", std::to_string(later.body.size()));
                        answer.text(200, "news " + body, "text/plain");
                      }});
    };
    const auto held = [this, handler](const httplib::Request& request, http::Reply& reply) {
      door.gate().pass();
      handler(request, reply);
    };
    return {{"GET", "/news", http::Body::none, handler},
            {"POST", "/news", http::Body::json, handler},
            {"GET", "/held-news", http::Body::none, held}};
  }
  void expect_waiting(std::size_t count) {
    eventually([&] { return door.stats().waits == count && watched() == count; });
  }
  [[nodiscard]] std::size_t watched() {
    return door.on_loop([this](http::Door&) { return news.watched(); });
  }
  void bring_news() {
    door.on_loop([this](http::Door&) { news.come(); });
  }
  [[nodiscard]] std::future<void> drain() {
    auto done = std::make_shared<std::promise<void>>();
    door.on_loop([&](http::Door& it) { it.drain(long_time, [done] { done->set_value(); }); });
    return done->get_future();
  }

  News news;
  RunningDoor door;
};

}  // namespace

TEST_CASE("a connection that waits is answered when the news is there, and goes on", "[door]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  for (int i = 0; i < 2; ++i) {
    client.send(post_request("/news", "application/json", "{}"));
    fixture.expect_waiting(1);
    fixture.bring_news();
    const RawAnswer answer = client.answer();
    CHECK(answer.status == 200);
    CHECK(answer.body == "news {}");
    CHECK(answer.header("x-first").empty());
    CHECK(answer.header("x-later-body-bytes") == "0");
    CHECK_FALSE(answer.header("x-request-id").empty());
    CHECK(fixture.door.stats().waits == 0);
  }
  client.send(get_request("/hello"));
  CHECK(client.answer().body == "hello");
}

TEST_CASE("a connection that waits is answered when its time is up", "[door]") {
  Fixture fixture(few_threads(), std::chrono::milliseconds(30));
  RawHttp client = fixture.door.connect();
  client.send(get_request("/news"));
  CHECK(client.answer().body == "news ");
  CHECK(fixture.watched() == 0);
  CHECK(fixture.door.stats().waits == 0);
}

TEST_CASE("a client that leaves while it waits frees its place at once", "[door]") {
  Fixture fixture;
  RawHttp aborting = fixture.door.connect();
  {
    RawHttp leaving = fixture.door.connect();
    leaving.send(get_request("/news"));
    aborting.send(get_request("/news") + get_request("/hello"));
    fixture.expect_waiting(2);
  }
  aborting.abort();
  fixture.expect_waiting(0);
  eventually([&] { return fixture.door.stats().connections == 0; });
}

TEST_CASE("requests behind one that waits are answered after it, wherever they are split", "[door]") {
  Fixture fixture;
  const std::string ahead = get_request("/hello");
  const std::string text = get_request("/news") + ahead;
  for (std::size_t split = text.size() - ahead.size(); split <= text.size(); ++split) {
    CAPTURE(split);
    RawHttp client = fixture.door.connect();
    client.send(text.substr(0, split));
    fixture.expect_waiting(1);
    client.send_what_goes(text.substr(split));
    fixture.bring_news();
    CHECK(client.answer().body == "news ");
    CHECK(client.answer().body == "hello");
  }
}

TEST_CASE("a request that waits may come byte by byte", "[door]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  for (const char byte : post_request("/news", "application/json", R"({"a":1})")) client.send({&byte, 1});
  fixture.expect_waiting(1);
  fixture.bring_news();
  CHECK(client.answer().body == R"(news {"a":1})");
}

TEST_CASE("more requests than are read ahead wait in the kernel and are all answered", "[door]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  client.send(get_request("/news"));
  fixture.expect_waiting(1);
  constexpr int count = 2000;  // some 100 KB: thrice of what is read ahead
  for (int i = 0; i < count; ++i) client.send(get_request("/hello"));
  fixture.bring_news();
  CHECK(client.answer().body == "news ");
  int answered = 0;
  while (answered < count && client.answer().body == "hello") ++answered;
  CHECK(answered == count);
}

TEST_CASE("five hundred that wait hold no handler thread", "[door]") {
  Fixture fixture;
  constexpr std::size_t count = 500;
  std::vector<RawHttp> waiting;
  for (std::size_t i = 0; i < count; ++i) {
    waiting.push_back(fixture.door.connect());
    waiting.back().send(get_request("/news"));
  }
  fixture.expect_waiting(count);
  RawHttp client = fixture.door.connect();
  client.send(get_request("/hello"));
  CHECK(client.answer().body == "hello");
  CHECK(fixture.door.stats().waits == count);
  fixture.bring_news();
  for (RawHttp& each : waiting) CHECK(each.answer().body == "news ");
}

TEST_CASE("past the bound of waits the next is answered at once", "[door]") {
  http::Limits limits = few_threads();
  limits.waits = 1;
  Fixture fixture(limits);
  RawHttp first = fixture.door.connect();
  first.send(get_request("/news"));
  fixture.expect_waiting(1);
  RawHttp second = fixture.door.connect();
  second.send(get_request("/news"));
  CHECK(second.answer().body == "news ");
  CHECK(fixture.door.stats().waits == 1);
}

TEST_CASE("a wait that ends while the pool is full is answered when it has room", "[door]") {
  http::Limits limits = few_threads();
  limits.pool_threads = 1;
  limits.pool_queue = 1;
  Fixture fixture(limits);
  RawHttp client = fixture.door.connect();
  client.send(get_request("/news"));
  fixture.expect_waiting(1);
  RawHttp busy = fixture.door.connect();
  busy.send(get_request("/wait"));
  eventually([&] { return fixture.door.gate().entered() == 1; });
  RawHttp queued = fixture.door.connect();
  queued.send(get_request("/wait"));
  eventually([&] { return fixture.door.stats().requests == 3; });
  fixture.bring_news();
  eventually([&] { return fixture.door.stats().refused_busy > 1; });
  fixture.door.gate().open();
  CHECK(client.answer().body == "news ");
  CHECK(busy.answer().body == "passed");
  CHECK(queued.answer().body == "passed");
}

TEST_CASE("a drained door answers those that wait at once, and lets none wait any more", "[door]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  client.send(get_request("/news"));
  fixture.expect_waiting(1);
  // One whose handler is running as the door is told to drain: it asks to wait too late.
  RawHttp late = fixture.door.connect();
  late.send(get_request("/held-news"));
  eventually([&] { return fixture.door.gate().entered() == 1; });
  std::future<void> drained = fixture.drain();
  const RawAnswer answer = client.answer();
  CHECK(answer.body == "news ");
  CHECK(answer.header("connection") == "close");
  CHECK(client.is_closed());
  fixture.door.gate().open();
  CHECK(late.answer().body == "news ");
  CHECK((drained.wait_for(patience) == std::future_status::ready));
}

TEST_CASE("a door goes away with connections that wait", "[door]") {
  Fixture fixture;
  RawHttp client = fixture.door.connect();
  client.send(get_request("/news"));
  fixture.expect_waiting(1);
}
