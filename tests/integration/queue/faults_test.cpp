// Redis without memory, without its scripts, and killed.
#include <future>

#include "redis/shared_connection.hpp"
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

TEST_CASE("without memory new jobs are refused while the old are worked off", "[queue][faults]") {
  QueueFixture f;
  const Job job = f.submitted();
  const Job waiting = f.submitted();
  (void)f.server({"CONFIG", "SET", "maxmemory", "1"});
  CHECK(f.jobs.submit(a_submission()).error().code == Errc::busy);
  Claim claim = f.slot.claim();
  CHECK(f.slot.queue.renew(claim.lease, Progress{}) == LeaseState::held);
  CHECK(f.slot.queue.complete(claim.lease, an_artifact(claim.lease)));
  CHECK(f.state_of(job.id) == JobState::succeeded);
  CHECK(f.jobs.list(default_tenant(), {})->jobs.size() == 2);
  CHECK(f.jobs.cancel(default_tenant(), waiting.id)->state == JobState::canceled);
  CHECK(f.janitor.reap());
  CHECK(f.janitor.promote());
  CHECK(f.janitor.due_for_removal());
  CHECK(f.janitor.forget({waiting.id}));
  (void)f.server({"CONFIG", "SET", "maxmemory", "0"});
  CHECK(f.jobs.submit(a_submission()));
}

TEST_CASE("scripts that Redis has forgotten are sent again", "[queue][faults]") {
  QueueFixture f;
  const auto flush = [&] { (void)f.server({"SCRIPT", "FLUSH"}); };
  const Job job = f.submitted();
  flush();
  Claim claim = f.slot.claim();
  flush();
  CHECK(f.slot.queue.renew(claim.lease, {}) == LeaseState::held);
  flush();
  CHECK(f.slot.queue.complete(claim.lease, an_artifact(claim.lease)));
  flush();
  CHECK(f.state_of(job.id) == JobState::succeeded);
}

TEST_CASE("a job is submitted without waiting, whatever Redis has forgotten", "[queue][faults]") {
  QueueFixture f;
  redis::SharedConnection connection(f.server.url());
  queue::RedisJobQueue jobs(connection);
  for (int i = 0; i < 2; ++i) {
    (void)f.server({"SCRIPT", "FLUSH"});
    const Submission submission = a_submission();
    std::promise<Result<Job>> answer;
    jobs.submit_later(submission, [&answer](const Result<Job>& job) { answer.set_value(job); });
    auto job = answer.get_future();
    REQUIRE(job.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
    CHECK(job.get()->id == submission.id);
    CHECK(f.state_of(submission.id) == JobState::queued);
  }
}

TEST_CASE("what was acknowledged outlives a killed Redis", "[queue][faults]") {
  QueueFixture f;
  const Job waiting = f.submitted();
  const Job job = f.submitted();
  Claim claim = f.slot.claim();
  f.server.kill9();
  CHECK(f.jobs.submit(a_submission()).error().code == Errc::unavailable);
  CHECK(f.slot.queue.renew(claim.lease, {}).error().code == Errc::unavailable);
  CHECK(f.jobs.ping().error().code == Errc::unavailable);
  f.server.restart();
  CHECK(f.jobs.ping());
  CHECK(f.slot.queue.renew(claim.lease, {}) == LeaseState::held);
  CHECK(f.slot.queue.complete(claim.lease, an_artifact(claim.lease)));
  CHECK(f.state_of(claim.lease.job) == JobState::succeeded);
  CHECK(f.slot.claim().lease.job != claim.lease.job);
  CHECK(f.state_of(waiting.id) != f.state_of(job.id));
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("the queue works over the connection that threads share, and again after Redis was away", "[queue][faults]") {
  QueueFixture f;
  redis::SharedConnection shared(f.server.url());
  queue::RedisJobQueue jobs(shared);
  CHECK(eventually([&] { return jobs.submit(a_submission()).has_value(); }));
  f.server.kill9();
  CHECK(jobs.submit(a_submission()).error().code == Errc::unavailable);
  f.server.restart();
  CHECK(eventually([&] { return jobs.submit(a_submission()).has_value(); }));
}

TEST_CASE("waiting for work fails at once when Redis goes, and works when it is back", "[queue][faults]") {
  QueueFixture f;
  REQUIRE(f.slot.queue.wait_for_work(std::chrono::milliseconds(1)));
  f.server.kill9();
  CHECK(f.slot.queue.wait_for_work(std::chrono::minutes(5)).error().code == Errc::unavailable);
  f.server.restart();
  CHECK(f.slot.queue.wait_for_work(std::chrono::milliseconds(1)));
}

}  // namespace platen::test
