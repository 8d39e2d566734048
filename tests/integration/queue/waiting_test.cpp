// When a waiting job is given out: priorities, times before which and until which it is to start.
#include <map>

#include "base/clock.hpp"
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

void check_invariants(QueueFixture& f) { CHECK(broken_invariants(f.connection) == std::vector<std::string>{}); }

void expire_now(QueueFixture& f, const JobId& id) { (void)f.server({"ZADD", "platen:{0}:expiry", "XX", "0", id.text}); }

/// How often each priority is claimed in so many turns, of lists that never run empty.
std::map<Priority, int> claims_of(QueueFixture& f, const std::vector<Priority>& waiting, int turns) {
  std::map<JobId, Priority> priority_of;
  const auto submit = [&](Priority priority) {
    Submission submission = a_submission();
    submission.options.priority = priority;
    priority_of[f.submitted(submission).id] = priority;
  };
  for (const Priority priority : waiting) submit(priority);
  std::map<Priority, int> claims;
  for (int i = 0; i < turns; ++i) {
    const Lease lease = f.slot.claim().lease;
    ++claims[priority_of.at(lease.job)];
    submit(priority_of.at(lease.job));
    REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  }
  return claims;
}

}  // namespace

TEST_CASE("of sixteen claims eleven go to high, four to normal and one to low", "[queue]") {
  QueueFixture f;
  CHECK(claims_of(f, {Priority::high, Priority::normal, Priority::low}, 64) ==
        std::map<Priority, int>{{Priority::high, 44}, {Priority::normal, 16}, {Priority::low, 4}});
}

TEST_CASE("a low job is claimed however many normal ones come", "[queue]") {
  QueueFixture f;
  CHECK(claims_of(f, {Priority::normal, Priority::low}, 64) ==
        std::map<Priority, int>{{Priority::normal, 60}, {Priority::low, 4}});
}

TEST_CASE("what alone waits is claimed at every turn", "[queue]") {
  QueueFixture f;
  const Priority only = GENERATE(Priority::high, Priority::normal, Priority::low);
  CHECK(claims_of(f, {only}, 32) == std::map<Priority, int>{{only, 32}});
}

TEST_CASE("a job does not start before its time", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  const TimePoint due = SystemClock().now() + std::chrono::hours(1);
  submission.options.not_before = due;
  const Job job = f.submitted(submission);
  CHECK(job.state == JobState::delayed);
  CHECK(f.janitor.promote() == 0U);
  CHECK(f.slot.finds_nothing());
  CHECK(redis::Value(f.server({"ZSCORE", "platen:{0}:delayed", job.id.text})).text() == std::to_string(unix_ms(due)));
  check_invariants(f);
  (void)f.server({"ZADD", "platen:{0}:delayed", "XX", "0", job.id.text});
  CHECK(f.janitor.promote() == 1U);
  CHECK(f.slot.claim().lease.job == job.id);
  check_invariants(f);
}

TEST_CASE("a time that has passed delays nothing", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.options.not_before = SystemClock().now() - std::chrono::hours(1);
  CHECK(f.submitted(submission).state == JobState::queued);
  CHECK(f.slot.claim().lease.job == submission.id);
}

TEST_CASE("a job that nobody starts in time has expired, for good", "[queue]") {
  QueueFixture f;
  const bool is_delayed = GENERATE(false, true);
  const JobId id = f.submitted(is_delayed ? a_delayed_submission() : a_submission()).id;
  CHECK(f.janitor.expire() == 0U);
  expire_now(f, id);
  CHECK(f.janitor.expire() == 1U);
  CHECK(f.janitor.expire() == 0U);
  const Job job = f.found(id);
  CHECK(job.state == JobState::expired);
  CHECK(job.ended_at);
  CHECK(job.seq == 2);
  CHECK(f.slot.finds_nothing());
  CHECK(f.jobs.cancel(default_tenant(), id).error().code == Errc::conflict);
  CHECK(f.jobs.redrive(default_tenant(), id).error().code == Errc::conflict);
  check_invariants(f);
  CHECK(f.jobs.remove(default_tenant(), id));
  check_invariants(f);
}

TEST_CASE("the time to expire is counted from when a job may start", "[queue]") {
  QueueFixture f;
  Submission submission = a_delayed_submission();
  submission.options.expiry = std::chrono::seconds(60);
  const Job job = f.submitted(submission);
  const auto until = redis::Value(f.server({"ZSCORE", "platen:{0}:expiry", job.id.text})).integer();
  CHECK(from_unix_ms(until) == job.created_at + submission.options.delay + submission.options.expiry);
}

TEST_CASE("what has been started once does not expire", "[queue]") {
  QueueFixture f;
  const JobId id = f.submitted().id;
  CHECK(f.slot.queue.release(f.slot.claim().lease) == Outcome::queued);
  expire_now(f, id);
  CHECK(f.janitor.expire() == 0U);
  CHECK(f.state_of(id) == JobState::queued);
  check_invariants(f);
  CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
  REQUIRE(f.jobs.redrive(default_tenant(), id));  // but a redriven one waits as if it were new
  expire_now(f, id);
  CHECK(f.janitor.expire() == 1U);
  check_invariants(f);
}

}  // namespace platen::test
