// Jobs that stand for others with the same content.
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

struct DedupeFixture : QueueFixture {
  DedupeFixture() = default;
  ~DedupeFixture() { CHECK(broken_invariants(connection) == std::vector<std::string>{}); }
  DedupeFixture(const DedupeFixture&) = delete;
  DedupeFixture& operator=(const DedupeFixture&) = delete;

  Job submit(const std::string& content, const std::string& tenant = "default") {
    Submission submission = a_submission();
    submission.tenant = Tenant{tenant};
    submission.content = content;
    return submitted(submission);
  }
};

}  // namespace

TEST_CASE("of equal contents one job is made, for whoever asks while it lasts", "[queue][dedupe]") {
  DedupeFixture f;
  const JobId first = f.submit("x").id;
  CHECK(f.submit("x").id == first);
  const Lease lease = f.slot.claim().lease;
  const Job running = f.submit("x");
  CHECK(running.id == first);
  CHECK(running.state == JobState::running);
  REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  const Job done = f.submit("x");
  CHECK(done.id == first);
  CHECK(done.artifact == an_artifact(lease));
  CHECK(f.submit("y").id != first);
  CHECK(f.submit("x", "other").id != first);
  CHECK(f.submitted().id != first);  // it did not ask for that
}

TEST_CASE("a job that came to no result stands for no other", "[queue][dedupe]") {
  DedupeFixture f;
  const JobId first = f.submit("x").id;
  SECTION("failed") { CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed); }
  SECTION("canceled") { REQUIRE(f.jobs.cancel(default_tenant(), first)); }
  SECTION("about to be canceled") {
    (void)f.slot.claim();
    REQUIRE(f.jobs.cancel(default_tenant(), first));
  }
  SECTION("expired") {
    (void)f.server({"ZADD", "platen:{0}:expiry", "XX", "0", first.text});
    REQUIRE(f.janitor.expire());
  }
  SECTION("removed") {
    REQUIRE(f.jobs.cancel(default_tenant(), first));
    REQUIRE(f.janitor.forget({first}));
    (void)f.server({"DEL", "platen:{0}:outbox"});
  }
  const JobId second = f.submit("x").id;
  CHECK(second != first);
  CHECK(f.submit("x").id == second);
}

TEST_CASE("a key whose first request got another's job keeps that job", "[queue][dedupe]") {
  DedupeFixture f;
  const JobId first = f.submit("x").id;
  Submission submission = a_submission();
  submission.content = "x";
  submission.idempotency = Idempotency{"key", "hash"};
  CHECK(f.submitted(submission).id == first);
  REQUIRE(f.jobs.cancel(default_tenant(), first));
  submission.id = new_job_id();
  CHECK(f.submitted(submission).id == first);
}

}  // namespace platen::test
