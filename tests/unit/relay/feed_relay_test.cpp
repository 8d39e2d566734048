// A tenant's feed to its readers: what each is owed held against what it gets, whatever breaks in between.
#include "relay/feed_relay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <random>

#include "base/log.hpp"
#include "relay/feed_stream.hpp"
#include "tests/support/fake_feed.hpp"
#include "tests/unit/relay/hub_fixture.hpp"

using namespace platen;
using namespace std::chrono_literals;

namespace {

/// Takes as many as it has room for.
class Reader final : public relay::FeedSubscriber {
 public:
  explicit Reader(relay::FeedQuery query) : FeedSubscriber(std::move(query)) {}
  bool offer(const relay::FeedFrame& frame) override {
    if (room == 0) return false;
    --room;
    if (frame.kind == EventKind::reset)
      ++resets;
    else if (frame.kind)
      seen.push_back(frame.position);
    return true;
  }
  std::size_t room = 1'000'000;
  std::size_t resets = 0;
  std::vector<FeedPosition> seen;
};

struct Fixture {
  explicit Fixture(relay::FeedRelayOptions options = {}) : feeds(loop, feed, notices, options) {}

  Loop loop;
  test::FakeFeed feed;
  test::PlainSigner signer;
  relay::NoticeMaker notices{signer, ""};
  relay::FeedRelay feeds;
};

relay::FeedQuery from(std::optional<FeedPosition> after) { return {.tenant = default_tenant(), .after = after}; }

bool is_earlier(const FeedPosition& left, const FeedPosition& right) { return left.at(0) < right.at(0); }

constexpr relay::FeedRelayOptions tiny{.recent = {.events = 4}, .page_events = 3, .read_retry = 0ms};

/// Everything that can happen to a feed and its readers, at random; only where history is cut or undone may there be
/// a reset.
class Run {
 public:
  Run(unsigned seed, bool has_mishaps) : has_mishaps_(has_mishaps), random_(seed) {}

  void step() {
    switch (pick(20)) {
      case 0: return join();
      case 1: return leave();
      case 2: return pick(3) == 0 ? f_.feed.lose_live() : void();
      case 3: return pick(3) == 0 ? f_.feed.lose_reads() : void();
      case 4: return f_.feeds.tick();
      case 5: return mishap();
      case 6: return give_room(pick(4));
      default: break;
    }
    switch (pick(4)) {
      case 0: return publish();
      case 1: return (void)f_.feed.step_read();
      case 2: return (void)f_.feed.step_read_answer();
      default: return (void)f_.feed.step_live();
    }
  }

  void finish() {
    give_room(1'000'000);
    for (int i = 0; i < 3; ++i) {
      f_.feed.settle();
      f_.feeds.tick();
    }
    f_.feed.settle();
    for (const auto& reader : readers_) check(reader);
    for (auto& reader : readers_) f_.feeds.unsubscribe(reader.reader);
  }

 private:
  struct Joined {
    explicit Joined(FeedPosition position) : after(position), reader(from(position)) {}
    FeedPosition after;
    Reader reader;
  };

  unsigned pick(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }
  void publish() {
    constexpr EventKind kinds[] = {EventKind::queued, EventKind::started, EventKind::succeeded};
    all_.push_back(f_.feed.publish(kinds[pick(3)]).position);
  }
  void join() {
    // From the beginning, or after an event that is there, as a client that comes back does.
    const auto& there = f_.feed.events();
    const FeedPosition after = there.empty() || pick(3) == 0
                                   ? FeedPosition::beginning()
                                   : there[pick(static_cast<unsigned>(there.size()))].position;
    readers_.emplace_back(after).reader.room = pick(2) == 0 ? 1'000'000 : pick(5);
    f_.feeds.subscribe(readers_.back().reader);
  }
  void leave() {
    if (readers_.empty()) return;
    const auto chosen = std::next(readers_.begin(), pick(static_cast<unsigned>(readers_.size())));
    f_.feeds.unsubscribe(chosen->reader);
    readers_.erase(chosen);
  }
  void give_room(std::size_t room) {
    for (auto& reader : readers_) {
      reader.reader.room += room;
      f_.feeds.resume(reader.reader);
    }
  }
  void mishap() {
    if (!has_mishaps_ || pick(5) > 0) return;
    if (pick(2) == 0) return f_.feed.trim(pick(5));
    const std::size_t count = pick(4);
    f_.feed.undo(count);
  }
  void check(const Joined& joined) const {
    const auto& seen = joined.reader.seen;
    CHECK(std::is_sorted(seen.begin(), seen.end(), is_earlier));
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    if (joined.reader.resets > 0) {
      CHECK(has_mishaps_);
      return;
    }
    std::vector<FeedPosition> owed;
    if (!has_mishaps_) {
      std::copy_if(all_.begin(), all_.end(), std::back_inserter(owed),
                   [&](const FeedPosition& p) { return p.at(0) > joined.after.at(0); });
      CHECK(seen == owed);
      return;
    }
    // Without a reset nothing that is there may be missing.
    for (const FeedEvent& event : f_.feed.events())
      if (event.position.at(0) > joined.after.at(0)) CHECK(std::count(seen.begin(), seen.end(), event.position) == 1);
  }

  bool has_mishaps_;
  std::mt19937 random_;
  Fixture f_{tiny};
  std::vector<FeedPosition> all_;
  std::list<Joined> readers_;
};

}  // namespace

TEST_CASE("readers of a feed get every event once and in order, whatever is lost on the way", "[relay][feed]") {
  spdlog::set_level(spdlog::level::off);
  for (unsigned seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    Run run(seed, seed % 2 == 0);
    for (int i = 0; i < 300; ++i) run.step();
    run.finish();
  }
}

TEST_CASE("who reads live costs no reads, and who lags behind reads for itself", "[relay][feed]") {
  Fixture f(tiny);
  Reader quick(from(std::nullopt));
  Reader slow(from(std::nullopt));
  slow.room = 1;  // for the position that it begins at
  f.feeds.subscribe(quick);
  f.feeds.subscribe(slow);
  f.feed.settle();
  const std::size_t before = f.feed.reads;
  for (int i = 0; i < 20; ++i) {
    f.feed.publish(EventKind::queued);
    f.feed.settle();
  }
  CHECK(quick.seen.size() == 20);
  CHECK(f.feed.reads == before + 1);  // the slow one's next page, once it fell behind what is kept
  for (int i = 0; i < 20; ++i) {
    slow.room = 1;
    f.feeds.resume(slow);
    f.feed.settle();
    CHECK(slow.seen.size() == static_cast<std::size_t>(i) + 1);
  }
  CHECK(slow.seen == quick.seen);
  f.feeds.unsubscribe(quick);
  f.feeds.unsubscribe(slow);
}

TEST_CASE("a feed is watched once for all its readers, and no more when they have gone", "[relay][feed]") {
  Fixture f({.unwatch_after = 0ms});
  Reader first(from(std::nullopt));
  Reader second(from(FeedPosition::beginning()));
  f.feeds.subscribe(first);
  f.feeds.subscribe(second);
  CHECK(f.feed.is_watched());
  f.feeds.unsubscribe(first);
  f.feeds.tick();
  CHECK(f.feed.is_watched());
  f.feeds.unsubscribe(second);
  f.feeds.tick();
  CHECK_FALSE(f.feed.is_watched());
  CHECK(f.feeds.empty());
}

TEST_CASE("a feed's stream has positions as ids, links, and only the kinds that are wanted", "[relay][feed]") {
  test::HubFixture f;
  f.feed.publish(EventKind::queued);
  test::Client all;
  test::Client ends;
  relay::FeedQuery query = from(FeedPosition::beginning());
  f.hub.adopt(all.connect(), relay::FeedStreamRequest{query});
  query.kinds = relay::EventKinds::none();
  query.kinds.add(EventKind::succeeded);
  f.hub.adopt(ends.connect(), relay::FeedStreamRequest{query});
  f.settle();
  const FeedEvent done = f.feed.publish(EventKind::succeeded);
  f.feed.publish(EventKind::failed);
  f.settle();
  all.read();
  ends.read();
  CHECK(all.head().find("Content-Type: text/event-stream") != std::string::npos);
  CHECK(all.seen() == "queued 1-0, succeeded 2-0, failed 3-0");
  CHECK(ends.seen() == "succeeded 2-0");
  CHECK(ends.frames().back().data.find("/d/" + done.job.text) != std::string::npos);
}

TEST_CASE("who asks from now on is told at once where that is", "[relay][feed]") {
  test::HubFixture f;
  f.feed.publish(EventKind::queued);
  test::Client client;
  f.hub.adopt(client.connect(), relay::FeedStreamRequest{from(std::nullopt)});
  f.settle();
  client.read();
  CHECK(client.seen().empty());
  CHECK(client.frames().back().word_id == "1-0");
}

TEST_CASE("a reset says where a feed goes on, and has a position of its own", "[relay][feed]") {
  test::HubFixture f;
  for (int i = 0; i < 5; ++i) f.feed.publish(EventKind::queued);
  f.feed.trim(2);
  test::Client client;
  f.hub.adopt(client.connect(), relay::FeedStreamRequest{from(FeedPosition::on(0, {2, 0}))});
  f.settle();
  client.read();
  CHECK(client.seen() == "reset 2-0, queued 4-0, queued 5-0");
  CHECK(client.frames()[1].data == R"({"continues_at":"1970-01-01T00:00:00.004Z"})");
}

TEST_CASE("a client of a feed that does not read holds a bounded share, then gets all the rest", "[relay][feed]") {
  test::HubFixture f({.stream = {.pending_bytes = 2048, .send_buffer_bytes = 4096}});
  test::Client slow;
  f.hub.adopt(slow.connect(), relay::FeedStreamRequest{from(FeedPosition::beginning())});
  constexpr std::size_t count = 3000;
  for (std::size_t i = 0; i < count; ++i) {
    f.feed.publish(EventKind::queued);
    if (i % 100 == 0) f.settle();
  }
  f.settle();
  CHECK(f.hub.stats().frames < count);
  f.turn_until([&] {
    f.feed.settle();
    slow.read();
    return slow.text.find("id: 3000-0\n") != std::string::npos;
  });
  CHECK(f.hub.stats().slow_disconnects == 0);
  const auto frames = slow.frames();
  std::uint64_t expected = 0;
  for (const test::ReadFrame& frame : frames)
    if (frame.event == "queued") CHECK(frame.word_id == std::to_string(++expected) + "-0");
  CHECK(expected == count);
}

TEST_CASE("a quiet feed's heartbeat tells the position", "[relay][feed]") {
  test::HubFixture f({.heartbeat = 20ms});
  test::Client client;
  relay::FeedQuery query = from(FeedPosition::beginning());
  query.kinds = relay::EventKinds::none();
  f.hub.adopt(client.connect(), relay::FeedStreamRequest{query});
  f.feed.publish(EventKind::queued);
  f.feed.settle();
  f.turn_until([&] {
    client.read();
    return client.text.find(": hb\n\nid: 1-0\n\n") != std::string::npos;
  });
  CHECK(client.seen().empty());
}

TEST_CASE("a drained hub tells a feed's clients to come back", "[relay][feed]") {
  test::HubFixture f;
  test::Client client;
  f.hub.adopt(client.connect(), relay::FeedStreamRequest{from(std::nullopt)});
  f.settle();
  f.hub.drain();
  f.settle();
  client.read();
  CHECK(client.saw_end);
  CHECK_FALSE(client.frames().back().retry.empty());
}

TEST_CASE("who may read a feed no more gets no event, and is told so at the next heartbeat", "[relay][feed]") {
  test::HubFixture f({.heartbeat = 20ms});
  bool may_go_on = true;
  const relay::FeedStreamRequest wanted{from(FeedPosition::beginning()), {}, [&] { return may_go_on; }};
  test::Client busy;
  f.hub.adopt(busy.connect(), wanted);
  f.feed.publish(EventKind::queued);
  f.settle();
  busy.read();
  CHECK(busy.seen() == "queued 1-0");
  may_go_on = false;
  f.feed.publish(EventKind::started);
  f.settle();
  busy.read();
  CHECK(busy.seen() == "queued 1-0");
  CHECK(busy.saw_end);

  may_go_on = true;
  test::Client quiet;
  f.hub.adopt(quiet.connect(), wanted);
  f.settle();
  may_go_on = false;
  f.turn_until([&] {
    quiet.read();
    return quiet.saw_end;
  });
}
