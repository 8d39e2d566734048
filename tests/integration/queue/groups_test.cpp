// FIFO groups: one member at a time, in the order in which they were submitted.
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

struct GroupsFixture : QueueFixture {
  GroupsFixture() = default;

  JobId member(const std::string& group = "g", Priority priority = Priority::normal) {
    Submission submission = a_submission();
    submission.options.group = group;
    submission.options.priority = priority;
    return submitted(submission).id;
  }
  /// The next job there is, which must be this one.
  Lease claimed(const JobId& id) {
    const Claim claim = slot.claim();
    CHECK(claim.lease.job == id);
    return claim.lease;
  }
  void complete(const Lease& lease) { REQUIRE(slot.queue.complete(lease, an_artifact(lease))); }
  void run(const JobId& id) { complete(claimed(id)); }
  ~GroupsFixture() { CHECK(broken_invariants(connection) == std::vector<std::string>{}); }
  GroupsFixture(const GroupsFixture&) = delete;
  GroupsFixture& operator=(const GroupsFixture&) = delete;
};

}  // namespace

TEST_CASE("of a group one job at a time is given out, in order", "[queue][groups]") {
  GroupsFixture f;
  const std::vector<JobId> members{f.member(), f.member(), f.member()};
  for (const JobId& id : members) {
    const Lease lease = f.claimed(id);
    CHECK(f.other_slot.finds_nothing());
    f.complete(lease);
  }
  CHECK(f.slot.finds_nothing());
}

TEST_CASE("groups do not wait for each other, nor does what is in none", "[queue][groups]") {
  GroupsFixture f;
  const JobId g = f.member("g");
  const JobId second_of_g = f.member("g");
  const JobId h = f.member("h");
  const JobId none = f.submitted().id;
  const Lease first = f.claimed(g);
  (void)f.claimed(h);
  (void)f.claimed(none);
  CHECK(f.slot.finds_nothing());
  f.complete(first);
  f.run(second_of_g);
}

TEST_CASE("a tenant's group is no other's", "[queue][groups]") {
  GroupsFixture f;
  const JobId mine = f.member("g");
  Submission submission = a_submission();
  submission.tenant = Tenant{"other"};
  submission.options.group = "g";
  REQUIRE(f.jobs.submit(submission));
  (void)f.claimed(mine);
  (void)f.claimed(submission.id);
}

TEST_CASE("a job that is tried again keeps its group waiting", "[queue][groups]") {
  GroupsFixture f;
  const JobId first = f.member();
  const JobId second = f.member();
  CHECK(f.slot.queue.fail_attempt(f.claimed(first), flaky) == Outcome::retrying);
  CHECK(f.slot.finds_nothing());
  REQUIRE(f.janitor.promote());
  CHECK(f.slot.queue.crashed(f.claimed(first), renderer_gone) == Outcome::queued);
  CHECK(f.slot.queue.release(f.claimed(first)) == Outcome::queued);
  f.run(first);
  f.run(second);
}

TEST_CASE("whatever ends a job frees its group", "[queue][groups]") {
  GroupsFixture f;
  const JobId failed = f.member();
  const JobId canceled_at_work = f.member();
  const JobId canceled_in_line = f.member();
  const JobId canceled_while_retrying = f.member();
  const JobId canceled_when_next = f.member();
  const JobId expired = f.member();
  const JobId expired_when_next = f.member();
  const JobId last = f.member();
  REQUIRE(f.jobs.cancel(default_tenant(), canceled_in_line));
  const auto expire = [&](const JobId& id) {
    (void)f.server({"ZADD", "platen:{0}:expiry", "XX", "0", id.text});
    CHECK(f.janitor.expire() == 1U);
    CHECK(f.state_of(id) == JobState::expired);
  };
  expire(expired);
  CHECK(f.slot.queue.fail_attempt(f.claimed(failed), hopeless) == Outcome::failed);
  const Lease lease = f.claimed(canceled_at_work);
  REQUIRE(f.jobs.cancel(default_tenant(), canceled_at_work));
  CHECK(f.slot.finds_nothing());
  CHECK(f.slot.queue.fail_attempt(lease, stop_confirmed) == Outcome::canceled);
  CHECK(f.slot.queue.fail_attempt(f.claimed(canceled_while_retrying), flaky) == Outcome::retrying);
  REQUIRE(f.jobs.cancel(default_tenant(), canceled_while_retrying));
  REQUIRE(f.jobs.cancel(default_tenant(), canceled_when_next));
  expire(expired_when_next);
  f.run(last);
}

TEST_CASE("a delayed job joins its group when it is due, and is overtaken until then", "[queue][groups]") {
  GroupsFixture f;
  Submission submission = a_delayed_submission();
  submission.options.group = "g";
  const JobId late = f.submitted(submission).id;
  const JobId first = f.member();
  const Lease lease = f.claimed(first);
  (void)f.server({"ZADD", "platen:{0}:delayed", "XX", "0", late.text});
  CHECK(f.janitor.promote() == 1U);
  CHECK(f.found(late).state == JobState::queued);
  CHECK(f.slot.finds_nothing());
  f.complete(lease);
  f.run(late);
}

TEST_CASE("a redriven job goes to the end of its group", "[queue][groups]") {
  GroupsFixture f;
  const JobId failed = f.member();
  const JobId second = f.member();
  const JobId third = f.member();
  CHECK(f.slot.queue.fail_attempt(f.claimed(failed), hopeless) == Outcome::failed);
  REQUIRE(f.jobs.redrive(default_tenant(), failed));
  f.run(second);
  f.run(third);
  f.run(failed);
}

TEST_CASE("a job that waits for its group is queued, listed, and has no place in the queue", "[queue][groups]") {
  GroupsFixture f;
  CHECK(f.found(f.member()).queue_position == 1U);
  Submission submission = a_submission();
  submission.options.group = "g";
  const Job behind = f.submitted(submission);
  CHECK(behind.state == JobState::queued);
  CHECK_FALSE(behind.queue_position);
  CHECK_FALSE(f.found(behind.id).queue_position);
  CHECK(f.jobs.list(default_tenant(), {.state = JobState::queued, .cursor = {}})->jobs.size() == 2);
}

TEST_CASE("of a group each job keeps its own priority", "[queue][groups]") {
  GroupsFixture f;
  const JobId low = f.member("g", Priority::low);
  const JobId high = f.member("g", Priority::high);
  const JobId between = f.submitted().id;
  f.run(between);
  CHECK(f.jobs.cancel(default_tenant(), low));
  f.run(high);
}

}  // namespace platen::test
