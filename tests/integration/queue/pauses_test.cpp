// Leases and retries over a Redis that was away for a while, or whose clock was set.
#include <cstdlib>

#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

constexpr long long minute = 60'000;
constexpr long long hour = 60 * minute;

long long redis_now(QueueFixture& f) {
  const redis::Reply time = f.server({"TIME"});
  return redis::Value(time)[0].integer() * 1000;
}

/// Makes it so that the last look at the leases was so long ago (ms), or is to come.
void look_ago(QueueFixture& f, long long ago) {
  (void)f.server({"HSET", "platen:{0}:stats", "reaped_at", std::to_string(redis_now(f) - ago)});
}

long long score(QueueFixture& f, const std::string& index, const JobId& job) {
  const redis::Reply reply = f.server({"ZSCORE", "platen:{0}:" + index, job.text});
  return redis::Value(reply).integer();
}

/// A claim whose lease ends then, for the queue's keys alone.
Claim claim_until(QueueFixture& f, long long deadline) {
  Submission submission = a_submission();
  submission.options.max_attempts = 1;
  (void)f.submitted(submission);
  Claim claim = f.slot.claim();
  (void)f.server({"ZADD", "platen:{0}:running", std::to_string(deadline), claim.lease.job.text});
  return claim;
}

}  // namespace

TEST_CASE("after a pause in which nobody could renew, leases last a little longer, once", "[queue][faults]") {
  QueueFixture f;
  REQUIRE(f.janitor.reap() == 0U);
  look_ago(f, minute);
  const Claim held = claim_until(f, redis_now(f) - minute / 2);       // it lapsed in the pause
  const Claim abandoned = claim_until(f, redis_now(f) - 2 * minute);  // … and this one before
  CHECK(f.janitor.reap() == 1U);
  CHECK(f.state_of(abandoned.lease.job) == JobState::failed);
  CHECK(f.state_of(held.lease.job) == JobState::running);
  CHECK(score(f, "running", held.lease.job) > redis_now(f));
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});

  (void)f.server({"ZADD", "platen:{0}:running", std::to_string(redis_now(f) - 1), held.lease.job.text});
  CHECK(f.janitor.reap() == 1U);
}

TEST_CASE("leases lapse also where nobody looks at them in time", "[queue][faults]") {
  QueueFixture f;
  const Claim claim = claim_until(f, redis_now(f) - minute / 2);
  look_ago(f, minute);
  CHECK(f.janitor.reap() == 0U);
  look_ago(f, minute);
  (void)f.server({"ZADD", "platen:{0}:running", std::to_string(redis_now(f) - 1), claim.lease.job.text});
  CHECK(f.janitor.reap() == 1U);
}

TEST_CASE("a clock that is set back takes leases and retries along", "[queue][faults]") {
  QueueFixture f;
  const queue::QueueOptions unhurried{std::chrono::minutes(10), std::chrono::minutes(5), std::chrono::minutes(10)};
  Slot patient(f.server, "patient", unhurried);
  queue::RedisJobJanitor janitor(f.connection, unhurried);
  REQUIRE(janitor.reap() == 0U);
  const Job delayed = f.submitted(a_delayed_submission());
  const Job job = f.submitted();
  const Claim failed = patient.claim();
  REQUIRE(patient.queue.fail_attempt(failed.lease, flaky));
  const Claim renewed = claim_until(f, redis_now(f) + 15'000);
  const Claim silent = claim_until(f, redis_now(f) + hour + 15'000);
  (void)f.server({"ZADD", "platen:{0}:delayed", std::to_string(redis_now(f) + hour + 90'000), job.id.text});
  const long long due = score(f, "delayed", delayed.id);
  look_ago(f, -hour);
  CHECK(janitor.reap() == 0U);
  CHECK(std::llabs(score(f, "running", silent.lease.job) - redis_now(f) - 15'000) < 5'000);
  CHECK(std::llabs(score(f, "running", renewed.lease.job) - redis_now(f) - 15'000) < 5'000);
  CHECK(std::llabs(score(f, "delayed", job.id) - redis_now(f) - 90'000) < 5'000);
  CHECK(score(f, "delayed", delayed.id) == due);  // until then its owner said
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

}  // namespace platen::test
