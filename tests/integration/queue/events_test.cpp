// What the queue tells of its jobs while they happen.
#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "queue/cancel_listener.hpp"
#include "queue/job_events.hpp"
#include "tests/integration/queue/queue_fixture.hpp"

namespace platen::test {

namespace {

/// Keeps all that it is told.
struct Recorder final : JobEventsListener {
  void on_subscribed(const JobId& job) override { subscribed.push_back(job); }
  void on_event(Event event) override { events.push_back(std::move(event)); }
  void on_lost(const WhichJobs&) override { ++losses; }
  void on_back(const WhichJobs&) override { ++returns; }
  std::vector<JobId> subscribed;
  std::vector<Event> events;
  int losses = 0;
  int returns = 0;
};

struct EventsFixture : QueueFixture {
  EventsFixture() { events.listen(recorder); }

  template <class Ready>
  void turn_until(Ready ready) {
    eventually([&] {
      loop.turn(std::chrono::milliseconds(5));
      return static_cast<bool>(ready());
    });
  }
  void watch(const JobId& job) {
    turn_until([&] { return events.healthy(); });
    const std::size_t before = recorder.subscribed.size();
    events.watch(job);
    turn_until([&] { return recorder.subscribed.size() > before; });
  }
  Replay replayed(const JobId& job, Seq after, Seq newest = 0) {
    std::optional<Result<Replay>> answer;
    events.replay(job, {after, std::max(after, newest)}, [&](Result<Replay> replay) { answer = std::move(replay); });
    CHECK_FALSE(answer.has_value());
    turn_until([&] { return answer.has_value(); });
    REQUIRE(answer->has_value());
    return **std::move(answer);
  }

  Loop loop;
  Recorder recorder;
  queue::RedisJobEvents events{loop, server.url(), {.silence_at_most = std::chrono::milliseconds(500)}};
};

/// The data of an event up to its time, which is checked for its form.
std::string without_time(const std::string& data) {
  constexpr std::size_t tail = std::string_view(R"(,"at":"2026-01-01T00:00:00.000Z"})").size();
  REQUIRE(data.size() > tail);
  CHECK(data.substr(data.size() - tail, 7) == R"(,"at":")");
  CHECK(data.substr(data.size() - 3) == "Z\"}");
  return data.substr(0, data.size() - tail);
}

}  // namespace

TEST_CASE("every change of a job is an event, dense from 1, live and in the history alike", "[queue][events]") {
  EventsFixture f;
  const Submission submission = a_submission();
  f.watch(submission.id);
  (void)f.submitted(submission);
  const JobId id = submission.id;
  (void)f.slot.queue.fail_attempt(f.slot.claim().lease, flaky);
  (void)f.janitor.promote();
  Claim claim = f.slot.claim();
  (void)f.slot.queue.renew(claim.lease, {});  // without progress: no event
  const Progress progress{Stage::render, 25, 50, 50.5, 1, std::chrono::milliseconds(900)};
  (void)f.slot.queue.renew(claim.lease, progress);
  REQUIRE(f.slot.queue.complete(claim.lease, an_artifact(claim.lease)));
  f.turn_until([&] { return f.recorder.events.size() == 7; });

  const Replay replay = f.replayed(id, 0);
  CHECK(replay.events == f.recorder.events);
  REQUIRE(replay.job);
  CHECK(replay.job->state == JobState::succeeded);
  CHECK(replay.job->seq == 7);

  const auto begins = [&](Seq seq, std::string_view status) {
    return fmt::format(R"({{"job":"{}","seq":{},"status":"{}")", id.text, seq, status);
  };
  const Progress whole{Stage::store, 50, 50, 100.0, 3, std::chrono::milliseconds(0)};
  const std::vector<std::pair<EventKind, std::string>> expected{
      {EventKind::queued, begins(1, "queued")},
      {EventKind::started, begins(2, "running") + R"(,"attempt":1)"},
      {EventKind::retrying, begins(3, "retrying") + R"(,"attempt":1,"error":)" + codec::encode_error(flaky)},
      {EventKind::queued, begins(4, "queued")},
      {EventKind::started, begins(5, "running") + R"(,"attempt":2)"},
      {EventKind::progress, begins(6, "running") + R"(,"attempt":2,"progress":)" + codec::encode_progress(progress)},
      {EventKind::succeeded, begins(7, "succeeded") + R"(,"attempt":2,"progress":)" + codec::encode_progress(whole) +
                                 R"(,"result":)" + codec::encode_artifact(an_artifact(claim.lease))}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(replay.events[i].seq == i + 1);
    CHECK(replay.events[i].kind == expected[i].first);
    CHECK(without_time(replay.events[i].data) == expected[i].second);
  }
}

TEST_CASE("a replay begins after the event that was seen", "[queue][events]") {
  EventsFixture f;
  const JobId id = f.submitted().id;
  Claim claim = f.slot.claim();
  CHECK(f.replayed(id, 1).events.size() == 1);
  CHECK(f.replayed(id, 2).events.empty());
  CHECK(f.replayed(id, 99).events.empty());
  CHECK(f.replayed(id, 99).job->seq == 2);
  CHECK_FALSE(f.replayed(new_job_id(), 0).job);
  for (int i = 0; i < 500; ++i) REQUIRE(f.slot.queue.renew(claim.lease, Progress{}) == LeaseState::held);
  const Replay trimmed = f.replayed(id, 0);
  CHECK(trimmed.events.front().seq > 1);
  CHECK(trimmed.events.back().seq == trimmed.job->seq);
}

TEST_CASE("a job is read whole only for whoever cannot go on from where they are", "[queue][events]") {
  EventsFixture f;
  const JobId id = f.submitted().id;
  const auto is_whole = [&](Seq after, Seq newest = 0) {
    const Replay replay = f.replayed(id, after, newest);
    REQUIRE(replay.job);
    CHECK(replay.job->id == id);
    CHECK(replay.job->tenant == default_tenant());
    CHECK(replay.job->state == JobState::queued);
    CHECK(replay.job->seq == 1);
    return replay.job->queue_position.has_value();
  };
  CHECK_FALSE(is_whole(0));
  CHECK_FALSE(is_whole(1));
  CHECK(is_whole(2));     // Redis was rolled back …
  CHECK(is_whole(0, 2));  // … for one of them
  (void)f.server({"DEL", "platen:{0}:job:" + id.text + ":events"});
  CHECK(is_whole(0));  // its history is gone
}

TEST_CASE("a history can be read after Redis has forgotten its scripts", "[queue][events]") {
  EventsFixture f;
  const JobId id = f.submitted().id;
  (void)f.server({"SCRIPT", "FLUSH"});
  CHECK(f.replayed(id, 0).events.size() == 1);
}

TEST_CASE("a job that is no longer watched is silent", "[queue][events]") {
  EventsFixture f;
  const JobId id = f.submitted().id;
  const JobId other = f.submitted().id;
  f.watch(id);
  f.watch(other);
  f.events.unwatch(id);
  f.turn_until([&] {
    const auto counted = f.server({"PUBSUB", "NUMSUB", "platen:{0}:events:" + id.text});
    return redis::Value(counted)[1].integer() == 0;
  });
  REQUIRE(f.jobs.cancel(default_tenant(), id));
  REQUIRE(f.jobs.cancel(default_tenant(), other));
  f.turn_until([&] { return !f.recorder.events.empty(); });
  CHECK(f.recorder.events.size() == 1);
  CHECK(f.recorder.events[0].job == other);
  CHECK(f.recorder.events[0].kind == EventKind::canceled);
}

TEST_CASE("a job that is watched anew is subscribed once, for the last time", "[queue][events]") {
  EventsFixture f;
  const JobId id = f.submitted().id;
  f.turn_until([&] { return f.events.healthy(); });
  f.events.watch(id);
  f.events.unwatch(id);
  f.watch(id);
  const JobId other = f.submitted().id;
  f.watch(other);
  CHECK(f.recorder.subscribed == std::vector<JobId>{id, other});
  REQUIRE(f.jobs.cancel(default_tenant(), id));
  f.turn_until([&] { return f.recorder.events.size() == 1; });
}

TEST_CASE("after Redis was lost its return is told, and a job can be watched again", "[queue][events]") {
  EventsFixture f;
  const JobId kept = f.submitted().id;
  f.watch(kept);
  CHECK(f.recorder.returns == 1);
  CHECK(f.events.healthy());
  f.server.kill9();
  f.turn_until([&] { return f.recorder.losses == 1; });
  CHECK_FALSE(f.events.healthy());
  f.events.watch(kept);  // to no avail
  std::optional<Errc> refused;
  f.events.replay(kept, {}, [&](const Result<Replay>& replay) { refused = replay.error().code; });
  f.turn_until([&] { return refused.has_value(); });
  CHECK(refused == Errc::unavailable);

  f.server.restart();
  f.turn_until([&] { return f.recorder.returns == 2; });
  f.watch(kept);
  CHECK(f.recorder.subscribed == std::vector<JobId>{kept, kept});
  REQUIRE(f.jobs.cancel(default_tenant(), kept));
  f.turn_until([&] { return !f.recorder.events.empty(); });
  CHECK(f.recorder.events.back().kind == EventKind::canceled);
  CHECK(f.recorder.losses == 1);
}

TEST_CASE("a Redis that falls silent is lost to the watcher too", "[queue][events]") {
  EventsFixture f;
  f.watch(f.submitted().id);
  f.server.freeze();
  f.turn_until([&] { return f.recorder.losses == 1; });
  f.server.thaw();
  f.turn_until([&] { return f.recorder.returns == 2; });
}

TEST_CASE("a worker hears of a cancel at once, also after Redis was away", "[queue][events]") {
  QueueFixture f;
  Guarded<std::vector<JobId>> heard;
  queue::CancelListener listener(f.server.url(), [&](const JobId& job) { heard.lock()->push_back(job); });
  const auto is_heard = [&] {
    const JobId id = f.submitted().id;
    (void)f.slot.claim();
    return eventually([&] {
      // Repeated, for the listener may not be there yet.
      REQUIRE(f.jobs.cancel(default_tenant(), id));
      const auto all = heard.lock();
      return std::find(all->begin(), all->end(), id) != all->end();
    });
  };
  CHECK(is_heard());
  f.server.kill9();
  f.server.restart();
  CHECK(is_heard());
}

TEST_CASE("a canceling job tells it once", "[queue][events]") {
  EventsFixture f;
  const JobId id = f.submitted().id;
  (void)f.slot.claim();
  REQUIRE(f.jobs.cancel(default_tenant(), id));
  REQUIRE(f.jobs.cancel(default_tenant(), id));
  const Replay replay = f.replayed(id, 2);
  REQUIRE(replay.events.size() == 1);
  CHECK(replay.events[0].kind == EventKind::canceling);
}

TEST_CASE("times in events are exact to the millisecond", "[queue][events]") {
  RedisServer server;
  const auto prelude = read_file(PLATEN_SOURCE "/src/queue/lua/prelude.lua", 1U << 20U);
  REQUIRE(prelude);
  const std::string script = *prelude + "\nreturn rfc3339(tonumber(ARGV[1]))";
  // Every ninth day or so from 1970 to 2100, at ever other times of day; leap days and their neighbours.
  for (long long ms = 0; ms < 4'102'444'800'000; ms += 777'777'777) {
    const auto time = server({"EVAL", script, "1", "platen:{0}:", std::to_string(ms)});
    REQUIRE(redis::Value(time).text() == rfc3339(from_unix_ms(ms)));
  }
  for (const long long day : {0, 58, 59, 789, 790, 10'956, 10'957, 11'015, 11'016, 19'782, 19'783, 47'540, 47'541}) {
    const long long last_ms = (day + 1) * 86'400'000 - 1;
    const auto time = server({"EVAL", script, "1", "platen:{0}:", std::to_string(last_ms)});
    CHECK(redis::Value(time).text() == rfc3339(from_unix_ms(last_ms)));
  }
}

}  // namespace platen::test
