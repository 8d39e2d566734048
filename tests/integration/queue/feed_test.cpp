// The tenants' feeds: what happened to all jobs, in one order.
#include <fmt/format.h>

#include "base/clock.hpp"
#include "queue/feed_reader.hpp"
#include "queue/job_events.hpp"
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

/// Keeps all that it is told.
struct Recorder final : FeedListener {
  void on_feed_subscribed(const Tenant& tenant) override { subscribed.push_back(tenant); }
  void on_feed_event(const Tenant&, FeedEvent event) override { events.push_back(std::move(event)); }
  void on_feeds_lost() override { ++losses; }
  std::vector<Tenant> subscribed;
  std::vector<FeedEvent> events;
  int losses = 0;
};

struct FeedFixture : QueueFixture {
  FeedPage read(std::optional<FeedPosition> after, std::size_t most = 1000, const std::string& tenant = "default") {
    auto page = feeds.read_feed(Tenant{tenant}, after, most);
    REQUIRE(page.has_value());
    return *std::move(page);
  }
  FeedPage read_all() { return read(FeedPosition::beginning()); }
  /// A job that ends, with three events in the feed.
  JobId a_done_job(const std::string& tenant = "default") {
    Submission submission = a_submission();
    submission.tenant = Tenant{tenant};
    const JobId id = submitted(submission).id;
    const Lease lease = slot.claim().lease;
    REQUIRE(slot.queue.complete(lease, an_artifact(lease)));
    return id;
  }

  queue::RedisFeedReader feeds{connection};
};

std::vector<EventKind> kinds_of(const FeedPage& page, const JobId& job) {
  std::vector<EventKind> kinds;
  for (const FeedEvent& event : page.events)
    if (event.job == job) kinds.push_back(event.kind);
  return kinds;
}

using enum EventKind;
using Kinds = std::vector<EventKind>;

}  // namespace

TEST_CASE("the feed has every event of every job but progress, as the jobs' own streams have it", "[queue][feed]") {
  FeedFixture f;
  const JobId tried_twice = f.submitted().id;
  (void)f.slot.queue.fail_attempt(f.slot.claim().lease, flaky);
  (void)f.janitor.promote();
  Lease lease = f.slot.claim().lease;
  (void)f.slot.queue.renew(lease, Progress{});
  const JobId delayed_one = f.submitted(a_delayed_submission()).id;
  REQUIRE(f.jobs.cancel(default_tenant(), tried_twice));
  (void)f.slot.queue.fail_attempt(lease, stop_confirmed);
  REQUIRE(f.jobs.cancel(default_tenant(), delayed_one));
  const JobId lost = f.submitted().id;
  (void)f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless);
  REQUIRE(f.jobs.redrive(default_tenant(), lost));
  (void)f.server({"ZADD", "platen:{0}:expiry", "XX", "0", lost.text});
  REQUIRE(f.janitor.expire());

  const FeedPage page = f.read_all();
  CHECK(kinds_of(page, tried_twice) ==
        Kinds{queued, started, retrying, queued, started, EventKind::canceling, EventKind::canceled});
  CHECK(kinds_of(page, delayed_one) == Kinds{EventKind::delayed, EventKind::canceled});
  CHECK(kinds_of(page, lost) == Kinds{queued, started, failed, queued, expired});
  CHECK_FALSE(page.has_more);
  CHECK_FALSE(page.has_lost);
  CHECK(page.end == page.events.back().position);
  CHECK(f.read(std::nullopt).end == page.end);
  CHECK(f.read(std::nullopt).events.empty());
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});  // those hold the feed against the streams
}

TEST_CASE("a feed is read page by page, from any position or time, without a gap", "[queue][feed]") {
  FeedFixture f;
  CHECK(f.read_all().end == FeedPosition::beginning());
  CHECK(f.read(std::nullopt).end == FeedPosition::beginning());
  for (int i = 0; i < 5; ++i) (void)f.a_done_job();
  const std::vector<FeedEvent> all = f.read_all().events;
  REQUIRE(all.size() == 15);
  std::vector<FeedEvent> seen;
  FeedPosition position = FeedPosition::beginning();
  for (bool has_more = true; has_more;) {
    const FeedPage page = f.read(position, 4);
    CHECK(page.events.size() <= 4);
    seen.insert(seen.end(), page.events.begin(), page.events.end());
    position = page.end;
    has_more = page.has_more;
  }
  CHECK(seen == all);
  CHECK(f.read(position).events.empty());
  CHECK(f.read(position).end == position);

  const TimePoint then = from_unix_ms(static_cast<long long>(all[7].position.at(0).ms));
  const FeedPage since = f.read(FeedPosition::before(then));
  REQUIRE_FALSE(since.events.empty());
  CHECK(since.events.front().position.at(0).ms == all[7].position.at(0).ms);
  CHECK_FALSE(since.has_lost);
  const FeedPosition tomorrow = FeedPosition::before(then + std::chrono::hours(24));
  CHECK(f.read(tomorrow).events.empty());
  CHECK(f.read(tomorrow).end.at(0) == tomorrow.at(0));
  CHECK_FALSE(f.read(tomorrow).has_lost);
}

TEST_CASE("each tenant has a feed of its own", "[queue][feed]") {
  FeedFixture f;
  const JobId mine = f.a_done_job();
  const JobId theirs = f.a_done_job("other");
  CHECK(kinds_of(f.read_all(), theirs).empty());
  CHECK(kinds_of(f.read(FeedPosition::beginning(), 10, "other"), mine).empty());
  CHECK(kinds_of(f.read(FeedPosition::beginning(), 10, "other"), theirs) == Kinds{queued, started, succeeded});
  CHECK(f.read(FeedPosition::beginning(), 10, "nobody").events.empty());
}

TEST_CASE("what is older than its retention leaves the feed, and who had not read it is told", "[queue][feed]") {
  FeedFixture f;
  const JobId first = f.a_done_job();
  const FeedPosition read_up_to = f.read_all().end;
  const JobId second = f.a_done_job();
  const FeedPosition end = f.read_all().end;
  // No time passes in a test: what is there is trimmed as if it had been for its retention.
  (void)f.server({"XTRIM", "platen:{0}:feed:default", "MINID", end.text()});
  CHECK(kinds_of(f.read_all(), first).empty());
  CHECK_FALSE(f.read_all().has_lost);
  const FeedPage page = f.read(read_up_to);
  CHECK(page.has_lost);
  CHECK(kinds_of(page, second) == Kinds{succeeded});
  CHECK(f.read(FeedPosition::before(from_unix_ms(1))).has_lost);
  CHECK_FALSE(f.read(end).has_lost);

  queue::RedisJobJanitor impatient(f.connection, {.feed_retention = std::chrono::milliseconds(-1)});
  CHECK(impatient.trim_feeds() == 1U);
  CHECK_FALSE(f.read(end).has_lost);
  CHECK(f.read(read_up_to).has_lost);
  CHECK(f.read(read_up_to).end == end);  // so that it is told once
  CHECK(redis::Value(f.server({"EXISTS", "platen:{0}:feed:default"})).integer() == 1);
  const JobId third = f.a_done_job();
  CHECK(kinds_of(f.read(end), third) == Kinds{queued, started, succeeded});

  for (const JobId& id : {first, second, third}) REQUIRE(f.jobs.remove(default_tenant(), id));
  CHECK(f.janitor.trim_feeds() == 1U);
  CHECK_FALSE(f.read_all().events.empty());  // the feed outlives its jobs
  CHECK(impatient.trim_feeds() == 1U);
  CHECK(impatient.trim_feeds() == 0U);
  CHECK(redis::Value(f.server({"EXISTS", "platen:{0}:feed:default", "platen:{0}:feeds"})).integer() == 0);
}

TEST_CASE("a reader who saw what Redis has lost is told", "[queue][feed]") {
  FeedFixture f;
  (void)f.a_done_job();
  const std::vector<FeedEvent> all = f.read_all().events;
  SECTION("the last ones") {
    (void)f.server({"DEL", "platen:{0}:feed:default"});
    for (const FeedEvent& event : {all[0], all[1]})
      (void)f.server({"XADD", "platen:{0}:feed:default", event.position.text(), "e",
                      std::string(name_of(event.kind)) + " " + event.data});
    CHECK_FALSE(f.read(all[1].position).has_lost);
    const FeedPage page = f.read(all[2].position);
    CHECK(page.has_lost);
    CHECK(page.end == all[1].position);
  }
  SECTION("the last ones, and others came since") {
    (void)f.server({"XDEL", "platen:{0}:feed:default", all[2].position.text()});
    const JobId later = f.a_done_job();
    const FeedPage page = f.read(all[2].position);
    CHECK(page.has_lost);
    CHECK(kinds_of(page, later) == Kinds{queued, started, succeeded});
  }
  SECTION("all") {
    (void)f.server({"DEL", "platen:{0}:feed:default"});
    CHECK(f.read(all[2].position).has_lost);
    CHECK(f.read(all[2].position).end == FeedPosition::beginning());
    CHECK_FALSE(f.read(FeedPosition::before(from_unix_ms(1))).has_lost);
    const JobId later = f.a_done_job();
    const FeedPage page = f.read(all[2].position);
    CHECK(page.has_lost);
    CHECK(kinds_of(page, later) == Kinds{queued, started, succeeded});
  }
}

TEST_CASE("live events of a feed are those that are read from it, also after Redis was away", "[queue][feed]") {
  FeedFixture f;
  Loop loop;
  Recorder recorder;
  queue::RedisJobEvents events(loop, f.server.url(), {.silence_at_most = std::chrono::milliseconds(500)});
  events.listen(recorder);
  events.watch_feed(default_tenant());
  const auto turn_until = [&](auto ready) {
    eventually([&] {
      loop.turn(std::chrono::milliseconds(5));
      return static_cast<bool>(ready());
    });
  };
  turn_until([&] { return recorder.subscribed.size() == 1; });
  (void)f.a_done_job();
  (void)f.a_done_job("other");
  turn_until([&] { return recorder.events.size() == 3; });
  CHECK(recorder.events == f.read_all().events);
  std::optional<Result<FeedPage>> answer;
  events.read_feed(default_tenant(), recorder.events[0].position, 1,
                   [&](Result<FeedPage> page) { answer = std::move(page); });
  turn_until([&] { return answer.has_value(); });
  REQUIRE(answer->has_value());
  CHECK((*answer)->events == std::vector<FeedEvent>{recorder.events[1]});
  CHECK((*answer)->has_more);

  f.server.kill9();
  f.server.restart();
  turn_until([&] { return recorder.subscribed.size() == 2; });
  CHECK(recorder.losses >= 1);
  eventually([&] { return f.jobs.ping().has_value(); });
  recorder.events.clear();
  const FeedPosition before = f.read(std::nullopt).end;
  eventually([&] { return f.slot.queue.claim(f.slot.worker, "again").has_value(); });
  (void)f.a_done_job();
  turn_until([&] { return recorder.events.size() == 3; });
  CHECK(recorder.events == f.read(before).events);
  events.unwatch_feed(default_tenant());
}

}  // namespace platen::test
