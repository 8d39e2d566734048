// What an operator sees of the queue and its workers.
#include "queue/observation.hpp"

#include "tests/integration/queue/queue_fixture.hpp"

namespace platen::test {

namespace {

WorkerReport a_report(std::string name) {
  WorkerReport report;
  report.name = std::move(name);
  report.slots = 2;
  report.totals.rows = 100;
  return report;
}

}  // namespace

TEST_CASE("the queue's state counts jobs by where they are, and what has happened", "[queue][observation]") {
  QueueFixture f;
  queue::RedisQueueObserver observer(f.connection);
  Submission high = a_submission();
  high.options.priority = Priority::high;
  high.options.max_attempts = 1;
  (void)f.submitted(high);
  (void)f.submitted();
  (void)f.submitted();
  (void)f.submitted(a_delayed_submission());

  auto state = observer.observe(default_tenant());
  REQUIRE(state);
  CHECK(state->backlog(Priority::high).jobs == 1);
  CHECK(state->backlog(Priority::normal).jobs == 2);
  CHECK(state->backlog(Priority::low).jobs == 0);
  CHECK(state->backlog(Priority::low).oldest.count() == 0);
  CHECK(state->delayed == 1);
  CHECK(state->waiting == 4);
  CHECK(state->totals.submitted == 4);
  CHECK(state->tenant.waiting == 4);
  CHECK(state->tenant.waiting_limit == queue::QueueLimits().tenant_waiting);
  CHECK(state->tenant.stored_limit_bytes == 0);

  const Lease failed = f.slot.claim().lease;
  const Lease succeeded = f.slot.claim().lease;
  CHECK(observer.observe(default_tenant())->running == 2);
  REQUIRE(f.slot.queue.fail_attempt(failed, hopeless));
  REQUIRE(f.slot.queue.complete(succeeded, an_artifact(succeeded)));
  state = observer.observe(default_tenant());
  CHECK(state->running == 0);
  CHECK(state->ended == 2);
  CHECK(state->dead_letters == 1);
  CHECK(state->totals.failed == 1);
  CHECK(state->totals.succeeded == 1);
  CHECK(state->stored_bytes == an_artifact(succeeded).bytes);
  CHECK(state->tenant.waiting == 2);
  CHECK(state->tenant.stored_bytes == an_artifact(succeeded).bytes);
  const auto elsewhere = observer.observe(Tenant{"elsewhere"});
  CHECK(elsewhere->stored_bytes == state->stored_bytes);
  CHECK(elsewhere->tenant.waiting == 0);
  CHECK(elsewhere->tenant.stored_bytes == 0);

  REQUIRE(f.jobs.redrive(default_tenant(), failed.job));
  CHECK(observer.observe(default_tenant())->dead_letters == 0);
}

TEST_CASE("a dead letter that is removed counts no longer", "[queue][observation]") {
  QueueFixture f;
  queue::RedisQueueObserver observer(f.connection);
  (void)f.submitted();
  const Lease lease = f.slot.claim().lease;
  REQUIRE(f.slot.queue.fail_attempt(lease, hopeless));
  REQUIRE(f.jobs.remove(default_tenant(), lease.job));
  CHECK(observer.observe(default_tenant())->dead_letters == 0);
  CHECK(observer.observe(default_tenant())->ended == 0);
}

TEST_CASE("workers are seen while they tell of themselves, and not once they go or fall silent",
          "[queue][observation]") {
  QueueFixture f;
  queue::RedisQueueObserver observer(f.connection);
  queue::RedisWorkerRegistry registry(f.connection);
  REQUIRE(registry.report(a_report("a")));
  REQUIRE(registry.report(a_report("b")));
  REQUIRE(registry.report(a_report("b")));
  auto state = observer.observe(default_tenant());
  REQUIRE(state);
  REQUIRE(state->workers.size() == 2);
  CHECK(state->workers[0].name == "a");
  CHECK(state->workers[0].slots == 2);
  CHECK(state->workers[0].totals.rows == 100);
  CHECK(state->workers[0].seen_at > TimePoint());

  registry.retire("a");
  CHECK(observer.observe(default_tenant())->workers.size() == 1);

  (void)f.server({"ZADD", "platen:{0}:workers", "1", "b"});  // silent since 1970
  CHECK(observer.observe(default_tenant())->workers.empty());
  REQUIRE(registry.report(a_report("c")));
  CHECK(redis::Value(f.server({"HEXISTS", "platen:{0}:workers:reports", "b"})).integer() == 0);
  CHECK(redis::Value(f.server({"HLEN", "platen:{0}:workers:reports"})).integer() == 1);
}

}  // namespace platen::test
