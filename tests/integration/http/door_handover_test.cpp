// What leaves the loop and comes back: full pools, files, streams, the end.
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/integration/http/refusals.hpp"
#include "tests/integration/http/running_door.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;
using namespace platen::test;

TEST_CASE("when the pool and its queue are full the next is told to come back", "[door]") {
  http::Limits limits = few_threads();
  limits.pool_threads = 1;
  limits.pool_queue = 2;
  RunningDoor door(limits);
  std::vector<RawHttp> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(door.connect());
    waiting.back().send(get_request("/wait"));
    if (i == 0) eventually([&] { return door.gate().entered() == 1; });
  }
  eventually([&] { return door.stats().requests == 3; });
  RawHttp client = door.connect();
  client.send(get_request("/hello"));
  const RawAnswer answer = client.answer();
  CHECK(answer.status == 503);
  CHECK(answer.header("retry-after") == "1");
  CHECK(answer.header("content-type") == "application/problem+json");
  RawHttp source = door.connect();
  source.send(get_request("/hello", "Accept: text/event-stream\r\n"));  // an error would stop it for good
  CHECK(source.answer().body.starts_with("retry: "));
  door.gate().open();
  for (RawHttp& each : waiting) CHECK(each.answer().body == "passed");
  client.send(get_request("/hello"));
  CHECK(client.answer().body == "hello");
  CHECK(door.stats().refused_busy == 2);
}

TEST_CASE("a client that leaves while its request is answered takes nobody with it", "[door]") {
  RunningDoor door;
  {
    RawHttp leaving = door.connect();
    leaving.send(get_request("/wait") + get_request("/hello"));
    RawHttp aborting = door.connect();
    aborting.send(get_request("/wait"));
    eventually([&] { return door.gate().entered() == 2; });
    aborting.abort();
  }
  door.gate().open();
  eventually([&] { return door.stats().connections == 0; });
}

TEST_CASE("a file is sent whole to a slow reader, and the connection goes on", "[door]") {
  RunningDoor door;
  RawHttp slow = door.connect();
  slow.send(get_request("/file") + get_request("/hello"));
  // The file is larger than what the kernel holds for a reader that does not read, so it is under way from here on.
  RawHttp other = door.connect();
  other.send(get_request("/hello"));
  CHECK(other.answer().body == "hello");
  const RawAnswer answer = slow.answer();
  CHECK(answer.status == 200);
  CHECK(answer.header("etag") == "\"v1\"");
  CHECK(answer.header("x-more") == "yes");
  CHECK(answer.header("content-type") == "application/pdf");
  CHECK((answer.body == door.file_text()));
  CHECK(slow.answer().body == "hello");
}

TEST_CASE("one range of a file is sent, more than one are ignored", "[door]") {
  RunningDoor door;
  const std::string& text = door.file_text();
  RawHttp client = door.connect();
  client.send(get_request("/file", "Range: bytes=10-19\r\n"));
  RawAnswer answer = client.answer();
  CHECK(answer.status == 206);
  CHECK(answer.header("content-range") == "bytes 10-19/" + std::to_string(text.size()));
  CHECK(answer.body == text.substr(10, 10));
  client.send(get_request("/file", "Range: bytes=-5\r\nIf-Range: \"v1\"\r\n"));
  CHECK(client.answer().body == text.substr(text.size() - 5));
  client.send(get_request("/file", "Range: bytes=99999999-\r\n"));
  answer = client.answer();
  CHECK(answer.status == 416);
  CHECK(answer.header("content-range") == "bytes */" + std::to_string(text.size()));
  CHECK(answer.header("content-type") == "application/problem+json");
  for (const char* ignored : {"Range: bytes=0-1,3-4\r\n", "Range: bytes=0-1\r\nRange: bytes=3-4\r\n",
                              "Range: bytes=0-1\r\nIf-Range: \"v0\"\r\n", "Range: rows=0-1\r\n"}) {
    CAPTURE(ignored);
    client.send(get_request("/file", ignored));
    answer = client.answer();
    CHECK(answer.status == 200);
    CHECK(answer.body.size() == text.size());
  }
}

TEST_CASE("a download that nobody reads ends", "[door]") {
  http::Limits limits = few_threads();
  limits.write_window = std::chrono::milliseconds(100);
  RunningDoor door(limits);
  RawHttp client = door.connect();
  client.send(get_request("/file"));
  eventually([&] { return door.stats().requests == 1 && door.stats().connections == 0; });
}

TEST_CASE("a stream's socket goes to whoever adopts it, with what was read ahead", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(get_request("/hello") + get_request("/stream") + "ahead");
  CHECK(client.answer().body == "hello");
  const auto adopted = [&] { return door.detached().lock()->size() == 1; };
  eventually(adopted);
  http::Detached connection = std::move(door.detached().lock()->front());
  CHECK(connection.input == "ahead");
  CHECK(::send(connection.socket.get(), "mine", 4, MSG_NOSIGNAL) == 4);
  CHECK(client.read(4) == "mine");
  CHECK(door.stats().connections == 0);
  CHECK(door.stats().detached == 1);
  connection.socket.reset();
  CHECK(client.is_closed());
}

TEST_CASE("a drained door finishes what is under way, ends the idle, takes no more", "[door]") {
  RunningDoor door;
  RawHttp idle = door.connect();
  idle.send(get_request("/hello"));
  CHECK(idle.answer().status == 200);
  RawHttp busy = door.connect();
  busy.send(get_request("/wait"));
  eventually([&] { return door.gate().entered() == 1; });
  std::promise<void> drained;
  door.on_loop([&](http::Door& it) { it.drain(std::chrono::minutes(1), [&] { drained.set_value(); }); });
  CHECK(idle.is_closed());
  CHECK_THROWS(door.connect());
  door.gate().open();
  CHECK(busy.answer().body == "passed");
  CHECK(busy.is_closed());
  CHECK((drained.get_future().wait_for(patience) == std::future_status::ready));
}

TEST_CASE("a drained door answers who has just connected, and what came before it was read", "[door]") {
  RunningDoor door;
  RawHttp asked_before = door.connect();
  asked_before.send(get_request("/hello"));
  CHECK(asked_before.answer().body == "hello");
  RawHttp connected = door.connect();
  eventually([&] { return door.stats().connections == 2; });
  std::promise<void> drained;
  door.on_loop([&](http::Door& it) {
    // The loop is here: it cannot have read this.
    asked_before.send(get_request("/hello"));
    it.drain(std::chrono::minutes(1), [&] { drained.set_value(); });
  });
  CHECK(asked_before.answer().body == "hello");
  CHECK(asked_before.is_closed());
  connected.send(get_request("/hello"));
  CHECK(connected.answer().body == "hello");
  CHECK(connected.is_closed());
  CHECK((drained.get_future().wait_for(patience) == std::future_status::ready));
}

TEST_CASE("a drained door does not wait for long for who connected and says nothing", "[door]") {
  RunningDoor door;
  RawHttp silent = door.connect();
  eventually([&] { return door.stats().connections == 1; });
  std::promise<void> drained;
  door.on_loop([&](http::Door& it) { it.drain(std::chrono::minutes(1), [&] { drained.set_value(); }); });
  CHECK((drained.get_future().wait_for(patience) == std::future_status::ready));
  CHECK(silent.is_closed());
}

TEST_CASE("errands of a detached connection run in the pool and end on the loop, and a throw costs only itself",
          "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(get_request("/stream"));
  eventually([&] { return door.detached().lock()->size() == 1; });
  http::Errands& errands = *door.detached().lock()->front().errands;
  const auto run = [&](std::function<void()> work) {
    std::promise<void> done;
    REQUIRE(door.on_loop([&](http::Door&) { return errands.run({std::move(work), [&] { done.set_value(); }}); }));
    CHECK((done.get_future().wait_for(patience) == std::future_status::ready));
  };
  std::thread::id worker;
  run([&] { worker = std::this_thread::get_id(); });
  CHECK(worker != door.on_loop([](http::Door&) { return std::this_thread::get_id(); }));
  run([] { throw std::runtime_error("a bug"); });
  run([] {});
  CHECK(door.stats().errands == 0);
}

TEST_CASE("a drained door finishes errands too", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(get_request("/stream"));
  eventually([&] { return door.detached().lock()->size() == 1; });
  http::Errands& errands = *door.detached().lock()->front().errands;
  bool is_done = false;
  REQUIRE(door.on_loop([&](http::Door&) {
    return errands.run({[&] { door.gate().pass(); }, [&] { is_done = true; }});
  }));
  std::promise<bool> drained;
  door.on_loop([&](http::Door& it) { it.drain(std::chrono::minutes(1), [&] { drained.set_value(is_done); }); });
  door.gate().open();
  auto outcome = drained.get_future();
  REQUIRE((outcome.wait_for(patience) == std::future_status::ready));
  CHECK(outcome.get());
}

TEST_CASE("a drained door cuts off what does not end in time", "[door]") {
  RunningDoor door;
  RawHttp stuck = door.connect();
  stuck.send("GET /hel");
  eventually([&] { return door.stats().connections == 1; });
  std::promise<void> drained;
  door.on_loop([&](http::Door& it) { it.drain(std::chrono::milliseconds(50), [&] { drained.set_value(); }); });
  CHECK((drained.get_future().wait_for(patience) == std::future_status::ready));
  CHECK(stuck.is_closed());
}

TEST_CASE("past the limit of connections the next is told to come back, and those that are there go on", "[door]") {
  http::Limits limits = few_threads();
  limits.connections = 1;
  RunningDoor door(limits);
  RawHttp first = door.connect();
  first.send(get_request("/hello"));
  CHECK(first.answer().status == 200);
  for (int i = 0; i < 3; ++i) {
    RawHttp next = door.connect();
    next.send(get_request("/hello"));
    const RawAnswer answer = next.answer();
    check_problem(answer, 503);
    CHECK(answer.header("retry-after") == "1");
    CHECK(answer.header("connection") == "close");
    CHECK(next.is_closed());
  }
  CHECK(door.stats().refused_full == 3);
  first.send(get_request("/hello"));
  CHECK(first.answer().status == 200);
  first.finish_sending();
  eventually([&] { return door.stats().connections == 0; });
  RawHttp later = door.connect();
  later.send(get_request("/hello"));
  CHECK(later.answer().body == "hello");
}

TEST_CASE("an EventSource for which there is no room is told when to come back, not that it failed", "[door]") {
  http::Limits limits = few_threads();
  limits.connections = 0;
  RunningDoor door(limits, {}, http::CrossOrigin({"https://app.example"}));
  RawHttp source = door.connect();
  source.send(get_request("/stream", "Accept: text/event-stream\r\nOrigin: https://app.example\r\n"));
  const RawAnswer answer = source.answer();
  CHECK(answer.status == 200);
  CHECK(answer.header("content-type") == "text/event-stream; charset=utf-8");
  CHECK(answer.header("access-control-allow-origin") == "https://app.example");
  CHECK(answer.body.starts_with("retry: "));
  CHECK(answer.body.ends_with("\n\n"));
  CHECK(source.is_closed());
  RawHttp other = door.connect();
  other.send("POST /echo HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\nContent-Length: 0\r\n\r\n");
  check_problem(other.answer(), 503);
}

TEST_CASE("when descriptors run low the next connection is told to come back", "[door]") {
  rlimit descriptors{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &descriptors) == 0);
  http::Limits limits = few_threads();
  limits.spare_descriptors = static_cast<int>(descriptors.rlim_cur);  // every one is kept for something else
  RunningDoor door(limits);
  RawHttp client = door.connect();
  check_problem(client.answer(), 503);
  CHECK(client.is_closed());
}

TEST_CASE("of those that are refused so many are told at once, and the others wait their turn", "[door]") {
  http::Limits limits = few_threads();
  limits.connections = 0;
  limits.refused_at_once = 2;
  limits.turned_away_time = std::chrono::milliseconds(10);  // they say nothing
  RunningDoor door(limits);
  std::vector<RawHttp> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(door.connect());
  for (RawHttp& client : clients) {
    check_problem(client.answer(), 503);
    CHECK(client.is_closed());
    client.abort();
  }
}

TEST_CASE("a listener listens on IPv4 and IPv6 literals and says where", "[door]") {
  const auto v4 = http::bind_listener("127.0.0.1", 0);
  REQUIRE(v4.has_value());
  CHECK(v4->address == "127.0.0.1:" + std::to_string(v4->port));
  CHECK(http::bind_listener("127.0.0.1", v4->port).error().code == Errc::unavailable);
  CHECK(http::bind_listener("localhost", 0).error().code == Errc::invalid_request);
  if (const auto v6 = http::bind_listener("::1", 0)) CHECK(v6->address == "[::1]:" + std::to_string(v6->port));
}
