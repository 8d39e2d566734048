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
  const auto gate = queue::strict_gate(f.connection, queue::Copies::on_disk);
  REQUIRE(gate);
  CHECK_FALSE(*gate);
}

TEST_CASE("a Redis that syncs every second waits for the disk, or says what to set", "[queue][durability]") {
  QueueFixture f({.arguments = {"--appendfsync", "everysec"}});
  const auto gate = queue::strict_gate(f.connection, queue::Copies::on_disk);
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
  const redis::Reply stats = f.server({"INFO", "commandstats"});
  CHECK(redis::Value(stats).text().find("cmdstat_waitaof:calls=") != std::string_view::npos);

  // Without the file it cannot be waited for: Redis has the job, and nobody is told that it is safe.
  REQUIRE_FALSE(redis::Value(f.server({"CONFIG", "SET", "appendonly", "no"})).is_error());
  const Submission unsafe = a_submission();
  CHECK(jobs.submit(unsafe).error().code == Errc::unavailable);
  CHECK(f.state_of(unsafe.id) == JobState::queued);
  REQUIRE_FALSE(redis::Value(f.server({"CONFIG", "SET", "appendonly", "yes"})).is_error());
  CHECK(eventually([&] { return jobs.submit(unsafe).has_value(); }));
}

TEST_CASE("what arrives while a batch is at its gate goes through the next one together", "[queue][durability]") {
  // A gate that takes a while, on every server: Redis answers it when its time is up.
  QueueFixture f;
  redis::SharedConnection connection(
      f.server.url(),
      {.gate = redis::BatchGate{{"BLPOP", "nothing", "0.3"}, [](const redis::Value&) { return true; }}});
  queue::RedisJobQueue jobs(connection);
  (void)f.submitted();  // Redis knows the script by now
  constexpr int count = 50;
  Guarded<int> accepted(0);
  for (int i = 0; i < count; ++i) {
    jobs.submit_later(a_submission(), [&](const Result<Job>& job) { *accepted.lock() += job.has_value() ? 1 : 0; });
    (void)f.jobs.ping();  // so that they do not all arrive at once
  }
  eventually([&] { return *accepted.lock() == count; });
  const redis::Reply stats = f.server({"INFO", "commandstats"});
  const std::string text(redis::Value(stats).text());
  const std::size_t at = text.find("cmdstat_blpop:calls=");
  REQUIRE(at != std::string::npos);
  CHECK(std::stoi(text.substr(at + 20)) < count / 2);
}

TEST_CASE("a Redis without an append-only file cannot be strict", "[queue][durability]") {
  QueueFixture f({.arguments = {"--appendonly", "no"}});
  const auto gate = queue::strict_gate(f.connection, queue::Copies::on_disk);
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
