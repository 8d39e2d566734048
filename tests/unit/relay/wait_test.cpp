#include "relay/wait.hpp"

#include <memory>
#include <vector>

#include "relay/hub.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fake_events.hpp"
#include "tests/support/fake_feed.hpp"
#include "tests/unit/relay/reader.hpp"

using namespace platen;
using namespace std::chrono_literals;

namespace {

const JobId job{"job_00000000000000000000000001"};

struct Fixture {
  explicit Fixture(relay::HubOptions options = {}) : hub(loop, {events, feed}, signer, std::move(options)) {
    events.publish(job, EventKind::queued);
  }
  std::unique_ptr<relay::Wait> wait(relay::News news, Seq after = 1) {
    return hub.wait(job, after, news, [this] { ++told; });
  }
  void publish(EventKind kind) {
    events.publish(job, kind);
    settle();
  }
  void settle() {
    events.settle();
    loop.turn(0ms);
  }

  Loop loop;
  test::FakeEvents events;
  test::FakeFeed feed;
  test::PlainSigner signer;
  relay::Hub hub;
  int told = 0;
};

}  // namespace

TEST_CASE("who waits for a change is told of the next event, once", "[relay]") {
  Fixture fixture;
  const auto wait = fixture.wait(relay::News::change);
  fixture.settle();
  CHECK(fixture.told == 0);
  CHECK(fixture.hub.stats().waits == 1);
  fixture.publish(EventKind::started);
  fixture.publish(EventKind::progress);
  CHECK(fixture.told == 1);
  CHECK(fixture.hub.stats().waits == 0);
}

TEST_CASE("who waits for the end is told of that only", "[relay]") {
  for (const EventKind end : {EventKind::succeeded, EventKind::failed, EventKind::canceled, EventKind::expired}) {
    Fixture fixture;
    const auto wait = fixture.wait(relay::News::end);
    for (const EventKind kind : {EventKind::started, EventKind::progress, EventKind::retrying, EventKind::canceling})
      fixture.publish(kind);
    CHECK(fixture.told == 0);
    fixture.publish(end);
    CHECK(fixture.told == 1);
  }
}

TEST_CASE("what happened before the wait began is told as well", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::started);
  const auto change = fixture.wait(relay::News::change);
  fixture.settle();
  CHECK(fixture.told == 1);
  fixture.events.publish(job, EventKind::succeeded);
  const auto end = fixture.wait(relay::News::end);
  fixture.settle();
  CHECK(fixture.told == 2);
}

TEST_CASE("a job that is gone or was rolled back is news", "[relay]") {
  Fixture fixture;
  fixture.publish(EventKind::started);
  const auto change = fixture.wait(relay::News::change, 2);
  fixture.settle();
  fixture.events.roll_back(job, 1);
  fixture.settle();
  CHECK(fixture.told == 1);
  const auto end = fixture.wait(relay::News::end);
  fixture.events.forget(job);
  fixture.settle();
  CHECK(fixture.told == 2);
}

TEST_CASE("a wait outlasts a connection to Redis that breaks", "[relay]") {
  Fixture fixture;
  const auto wait = fixture.wait(relay::News::end);
  fixture.settle();
  fixture.events.lose_live();
  fixture.events.publish(job, EventKind::succeeded);
  CHECK(fixture.told == 0);
  fixture.settle();
  CHECK(fixture.told == 1);
}

TEST_CASE("a wait that has gone is not told, and leaves nothing watched", "[relay]") {
  Fixture fixture({.unwatch_after = 0ms});
  auto left = fixture.wait(relay::News::change);
  auto heard = fixture.wait(relay::News::change);
  fixture.settle();
  left.reset();
  fixture.events.publish(job, EventKind::started);
  fixture.events.settle();  // heard of, and to be told at the turn's end
  heard.reset();
  fixture.loop.turn(0ms);
  CHECK(fixture.told == 0);
  CHECK(fixture.hub.stats().waits == 0);
  test::eventually([&] {
    fixture.loop.turn(1ms);
    return fixture.events.watched().empty();
  });
  CHECK(fixture.hub.stats().jobs == 0);
}

TEST_CASE("who is told may end its wait and begin the next from within", "[relay]") {
  Fixture fixture;
  std::unique_ptr<relay::Wait> first;
  std::unique_ptr<relay::Wait> next;
  std::unique_ptr<relay::Wait> neighbour = fixture.wait(relay::News::change);
  first = fixture.hub.wait(job, 1, relay::News::change, [&] {
    first.reset();
    next = fixture.wait(relay::News::end, 2);
  });
  fixture.settle();
  fixture.publish(EventKind::started);
  CHECK_FALSE(first);
  REQUIRE(next);
  CHECK(fixture.told == 1);
  fixture.publish(EventKind::succeeded);
  CHECK(fixture.told == 2);
}
