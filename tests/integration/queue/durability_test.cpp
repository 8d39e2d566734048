// What strict durability asks of a Redis.
#include "queue/durability.hpp"

#include "redis/shared_connection.hpp"
#include "tests/integration/queue/queue_fixture.hpp"

namespace platen::test {

namespace {

constexpr const char* own_key = "batches";

redis::BatchGate counting(bool (*lets_pass)(const redis::Value&)) { return {{"INCR", own_key}, lets_pass}; }

}  // namespace

TEST_CASE("a Redis that syncs every write needs nothing more to be strict", "[queue][durability]") {
  QueueFixture f({.arguments = {"--appendfsync", "always"}});
  const auto gate = queue::strict_gate(f.connection);
  REQUIRE(gate);
  CHECK_FALSE(*gate);
}

TEST_CASE("a Redis that syncs every second waits for the disk, or says what to set", "[queue][durability]") {
  QueueFixture f({.arguments = {"--appendfsync", "everysec"}});
  const auto gate = queue::strict_gate(f.connection);
  if (redis::Value(f.server({"COMMAND", "INFO", "WAITAOF"}))[0].is_nil()) {
    REQUIRE_FALSE(gate);
    CHECK(gate.error().code == Errc::invalid_request);
    CHECK_THAT(gate.error().detail, has_text("appendfsync always"));
    return;
  }
  REQUIRE(gate);
  REQUIRE(*gate);
  redis::SharedConnection connection(f.server.url(), {.gate = *gate});
  queue::RedisJobQueue jobs(connection);
  CHECK(eventually([&] { return jobs.submit(a_submission()).has_value(); }));
}

TEST_CASE("a Redis without an append-only file cannot be strict", "[queue][durability]") {
  QueueFixture f({.arguments = {"--appendonly", "no"}});
  const auto gate = queue::strict_gate(f.connection);
  REQUIRE_FALSE(gate);
  CHECK_THAT(gate.error().detail, has_text("appendonly yes"));
}

TEST_CASE("a job is acknowledged when the gate of its batch has passed", "[queue][durability]") {
  QueueFixture f;
  redis::SharedConnection connection(
      f.server.url(), {.gate = counting([](const redis::Value& answer) { return answer.integer() > 0; })});
  queue::RedisJobQueue jobs(connection);
  for (int i = 0; i < 3; ++i) {
    const Submission submission = a_submission();
    CHECK(eventually([&] { return jobs.submit(submission).has_value(); }));
    CHECK(f.state_of(submission.id) == JobState::queued);
  }
  CHECK(redis::Value(f.server({"GET", own_key})).integer() >= 3);
}

TEST_CASE("a job whose gate does not pass is not acknowledged, though Redis may have it", "[queue][durability]") {
  QueueFixture f;
  redis::SharedConnection connection(f.server.url(), {.gate = counting([](const redis::Value&) { return false; })});
  queue::RedisJobQueue jobs(connection);
  (void)f.submitted();  // Redis knows the script by now
  const Submission submission = a_submission();
  eventually([&] {
    CHECK(jobs.submit(submission).error().code == Errc::unavailable);
    return f.jobs.find(default_tenant(), submission.id).has_value();
  });
}

TEST_CASE("a gate that Redis does not know lets nothing out", "[queue][durability]") {
  QueueFixture f;
  redis::SharedConnection connection(
      f.server.url(), {.gate = redis::BatchGate{{"NO_SUCH_COMMAND"}, [](const redis::Value&) { return true; }}});
  queue::RedisJobQueue jobs(connection);
  CHECK(jobs.submit(a_submission()).error().code == Errc::unavailable);
}

}  // namespace platen::test
