// Every way that a job can go.
#include <algorithm>
#include <vector>

#include "tests/integration/queue/queue_fixture.hpp"

namespace platen::test {

TEST_CASE("a submitted job is queued, with what it was submitted with", "[queue]") {
  QueueFixture f;
  const Submission submission = a_submission();
  const Job job = f.submitted(submission);
  CHECK(job.id == submission.id);
  CHECK(job.tenant == default_tenant());
  CHECK(job.state == JobState::queued);
  CHECK(job.seq == 1);
  CHECK(job.queue_position == 1U);
  CHECK(job.title == "Orders");
  CHECK(job.filename == "orders.pdf");
  CHECK(job.tags == submission.options.tags);
  CHECK(job.max_attempts == 3);
  CHECK_FALSE(job.started_at);
  CHECK_FALSE(job.progress);
  CHECK_FALSE(job.artifact);
  CHECK_FALSE(job.error);
}

TEST_CASE("a claim carries all that the worker needs", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.upload = new_upload_id();
  submission.images = {new_upload_id(), new_upload_id()};
  submission.options.timeout = std::chrono::seconds(90);
  const Job job = f.submitted(submission);
  const Claim claim = f.slot.claim();
  CHECK(claim.lease.job == job.id);
  CHECK(claim.lease.token == 1);
  CHECK(claim.lease.deadline > job.created_at + std::chrono::minutes(9));
  CHECK(claim.spec == submission.spec);
  CHECK(claim.upload == submission.upload);
  CHECK(claim.images == submission.images);
  CHECK(claim.filename == "orders.pdf");
  CHECK(claim.created_at == job.created_at);
  CHECK(claim.attempt == 1);
  CHECK(claim.max_attempts == 3);
  CHECK(claim.timeout == std::chrono::seconds(90));
  CHECK(claim.request_id == "req-1");
  const Job running = f.found(job.id);
  CHECK(running.state == JobState::running);
  CHECK(running.attempt == 1);
  CHECK(running.started_at);
  CHECK_FALSE(running.queue_position);
}

TEST_CASE("jobs are claimed in the order of their priorities, then of their births", "[queue]") {
  QueueFixture f;
  const auto submit = [&](Priority priority) {
    Submission submission = a_submission();
    submission.options.priority = priority;
    return f.submitted(submission).id;
  };
  const JobId low = submit(Priority::low);
  const JobId first = submit(Priority::normal);
  const JobId second = submit(Priority::normal);
  const JobId high = submit(Priority::high);
  CHECK(f.found(low).queue_position == 4U);
  for (const JobId& expected : {high, first, second, low}) CHECK(f.slot.claim().lease.job == expected);
  CHECK(f.slot.finds_nothing());
}

TEST_CASE("a queue position is exact below 1,000 and absent from there on", "[queue]") {
  QueueFixture f;
  JobId id;
  for (int i = 1; i <= 1001; ++i) {
    const Job job = f.submitted();
    if (i <= 999)
      REQUIRE(job.queue_position == static_cast<std::uint64_t>(i));
    else
      REQUIRE_FALSE(job.queue_position);
    if (i == 500 || i == 1000) id = job.id;
    if (i == 500) CHECK(f.found(id).queue_position == 500U);
  }
  CHECK_FALSE(f.found(id).queue_position);
  (void)f.slot.claim();
  CHECK(f.found(id).queue_position == 999U);
}

TEST_CASE("a completed job succeeds with its artifact and whole progress", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  Claim claim = f.slot.claim();
  const Progress half{Stage::render, 25, 50, 50.0, 1, std::chrono::milliseconds(900)};
  CHECK(f.slot.queue.renew(claim.lease, half) == LeaseState::held);
  CHECK(f.found(job.id).progress == half);
  const Artifact artifact = an_artifact(claim.lease);
  REQUIRE(f.slot.queue.complete(claim.lease, artifact));
  const Job done = f.found(job.id);
  CHECK(done.state == JobState::succeeded);
  CHECK(done.artifact == artifact);
  REQUIRE(done.progress);
  CHECK(done.progress->percent == 100.0);
  CHECK(done.ended_at);
  CHECK_FALSE(done.error);
}

TEST_CASE("a retryable failure goes on after its backoff, with a fresh attempt", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, flaky) == Outcome::retrying);
  CHECK(f.state_of(job.id) == JobState::retrying);
  CHECK(f.found(job.id).error == flaky);
  CHECK(f.janitor.promote() == 1U);
  CHECK(f.state_of(job.id) == JobState::queued);
  const Claim again = f.slot.claim();
  CHECK(again.attempt == 2);
  CHECK_FALSE(f.found(job.id).error);
}

TEST_CASE("a backoff waits for no longer than its bound, which doubles up to the cap", "[queue]") {
  QueueFixture f;
  const queue::QueueOptions slow{std::chrono::minutes(10), std::chrono::hours(2), std::chrono::hours(3)};
  Slot worker(f.server, "slow", slow);
  std::vector<double> waits;
  for (int i = 0; i < 40; ++i) {
    const Job job = f.submitted();
    REQUIRE(worker.queue.fail_attempt(worker.claim().lease, flaky) == Outcome::retrying);
    const auto due = f.server({"ZSCORE", "platen:{0}:delayed", job.id.text});
    const auto wait = std::chrono::milliseconds(redis::Value(due).integer()) - job.created_at.time_since_epoch();
    CHECK(wait < std::chrono::hours(2) + std::chrono::minutes(1));
    waits.push_back(static_cast<double>(wait.count()));
  }
  const auto [least, most] = std::minmax_element(waits.begin(), waits.end());
  CHECK(*most - *least > 1000.0 * 60 * 20);  // jitter: forty equal waits would be a stampede
}

TEST_CASE("attempts that are used up end in failure, with the job among the dead letters", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, flaky) == Outcome::retrying);
  CHECK(f.janitor.promote() == 1U);
  CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, flaky) == Outcome::retrying);
  CHECK(f.janitor.promote() == 1U);
  CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, flaky) == Outcome::failed);
  CHECK(f.state_of(job.id) == JobState::failed);
  CHECK_FALSE(redis::Value(f.server({"ZSCORE", "platen:{0}:dead:default", job.id.text})).is_nil());
}

TEST_CASE("what cannot succeed is not tried again", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
  const Job failed = f.found(job.id);
  CHECK(failed.state == JobState::failed);
  CHECK(failed.error == hopeless);
  CHECK(failed.attempt == 1);
}

TEST_CASE("a job whose renderer died goes straight to the head of the queue", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  (void)f.submitted();
  CHECK(f.slot.queue.crashed(f.slot.claim().lease, renderer_gone) == Outcome::queued);
  CHECK(f.found(job.id).queue_position == 1U);
  CHECK(f.found(job.id).crashes == 1);
  CHECK(f.found(job.id).attempt == 0);  // refunded
  CHECK(f.slot.claim().lease.job == job.id);
}

TEST_CASE("a job under which three renderers died is poison, whatever its attempts", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.options.max_attempts = GENERATE(1U, 10U);
  const Job job = f.submitted(submission);
  CHECK(f.slot.queue.crashed(f.slot.claim().lease, renderer_gone) == Outcome::queued);
  CHECK(f.slot.queue.crashed(f.slot.claim().lease, renderer_gone) == Outcome::queued);
  CHECK(f.slot.queue.crashed(f.slot.claim().lease, renderer_gone) == Outcome::failed);
  const Job failed = f.found(job.id);
  CHECK(failed.state == JobState::failed);
  CHECK(failed.error == renderer_gone);
  CHECK(f.slot.finds_nothing());
}

TEST_CASE("a lapsed lease is no crash: power cuts make no poison", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.options.max_attempts = 10;
  const Job job = f.submitted(submission);
  Slot frail(f.server, "frail", lapsing);
  for (int i = 0; i < 5; ++i) {
    (void)frail.claim();
    CHECK(f.janitor.reap() == 1U);
    CHECK(f.state_of(job.id) == JobState::retrying);
    CHECK(f.janitor.promote() == 1U);
  }
  CHECK(f.found(job.id).crashes == 0);
}

TEST_CASE("lapsed leases use attempts up", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.options.max_attempts = 1;
  const Job job = f.submitted(submission);
  Slot frail(f.server, "frail", lapsing);
  (void)frail.claim();
  CHECK(f.janitor.reap() == 1U);
  const Job failed = f.found(job.id);
  CHECK(failed.state == JobState::failed);
  REQUIRE(failed.error);
  CHECK(failed.error->code == Errc::lease_lost);
  CHECK(f.janitor.reap() == 0U);
}

TEST_CASE("a released job goes to the head of the queue with its attempt refunded", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  (void)f.submitted();
  const Claim claim = f.slot.claim();
  CHECK(f.slot.queue.release(claim.lease) == Outcome::queued);
  CHECK(f.found(job.id).attempt == 0);
  CHECK(f.found(job.id).queue_position == 1U);
  const Claim again = f.other_slot.claim();
  CHECK(again.lease.job == job.id);
  CHECK(again.attempt == 1);
  CHECK(again.lease.token > claim.lease.token);
}

TEST_CASE("a delayed job waits until it is due", "[queue]") {
  QueueFixture f;
  const Job later = f.submitted(a_delayed_submission());
  CHECK(later.state == JobState::delayed);
  CHECK(f.janitor.promote() == 0U);
  CHECK(f.slot.finds_nothing());
  Submission soon = a_submission();
  soon.options.delay = std::chrono::milliseconds(1);
  const Job job = f.submitted(soon);
  CHECK(eventually([&] { return f.janitor.promote() == 1U; }));
  CHECK(f.state_of(job.id) == JobState::queued);
  CHECK(f.slot.claim().lease.job == job.id);
}

TEST_CASE("a job that waits is canceled at once", "[queue]") {
  QueueFixture f;
  SECTION("queued") {
    const Job job = f.submitted();
    CHECK(f.jobs.cancel(default_tenant(), job.id)->state == JobState::canceled);
    CHECK(f.slot.finds_nothing());
  }
  SECTION("delayed") {
    const Job job = f.submitted(a_delayed_submission());
    CHECK(f.jobs.cancel(default_tenant(), job.id)->state == JobState::canceled);
    CHECK(f.janitor.promote() == 0U);
  }
  SECTION("retrying") {
    const Job job = f.submitted();
    REQUIRE(f.slot.queue.fail_attempt(f.slot.claim().lease, flaky) == Outcome::retrying);
    const auto canceled = f.jobs.cancel(default_tenant(), job.id);
    CHECK(canceled->state == JobState::canceled);
    CHECK_FALSE(canceled->error);
    CHECK(f.janitor.promote() == 0U);
  }
}

TEST_CASE("a running job is canceling until its worker lets go of it", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  Claim claim = f.slot.claim();
  const Job canceling = f.jobs.cancel(default_tenant(), job.id).value();
  CHECK(canceling.state == JobState::canceling);
  CHECK(canceling.seq == 3);
  CHECK(f.slot.queue.renew(claim.lease, {}) == LeaseState::cancel_requested);

  SECTION("by confirming it") {
    CHECK(f.slot.queue.fail_attempt(claim.lease, stop_confirmed) == Outcome::canceled);
    CHECK(f.state_of(job.id) == JobState::canceled);
  }
  SECTION("by failing") {
    CHECK(f.slot.queue.fail_attempt(claim.lease, flaky) == Outcome::canceled);
    CHECK(f.state_of(job.id) == JobState::canceled);
  }
  SECTION("by losing its renderer") {
    CHECK(f.slot.queue.crashed(claim.lease, renderer_gone) == Outcome::canceled);
    CHECK(f.state_of(job.id) == JobState::canceled);
  }
  SECTION("by stopping") {
    CHECK(f.slot.queue.release(claim.lease) == Outcome::canceled);
    CHECK(f.state_of(job.id) == JobState::canceled);
  }
  SECTION("by having been faster") {
    CHECK(f.slot.queue.complete(claim.lease, an_artifact(claim.lease)));
    CHECK(f.state_of(job.id) == JobState::succeeded);
  }
}

TEST_CASE("the reaper ends a canceling job whose worker is gone", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  Slot frail(f.server, "frail", lapsing);
  (void)frail.claim();
  REQUIRE(f.jobs.cancel(default_tenant(), job.id));
  CHECK(f.janitor.reap() == 1U);
  CHECK(f.state_of(job.id) == JobState::canceled);
}

TEST_CASE("a cancel can be repeated, and comes too late for what ended otherwise", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  const Claim claim = f.slot.claim();
  const Seq first = f.jobs.cancel(default_tenant(), job.id)->seq;
  CHECK(f.jobs.cancel(default_tenant(), job.id)->seq == first);
  REQUIRE(f.slot.queue.release(claim.lease) == Outcome::canceled);
  CHECK(f.jobs.cancel(default_tenant(), job.id)->state == JobState::canceled);

  const Job done = f.submitted();
  const Claim work = f.slot.claim();
  REQUIRE(f.slot.queue.complete(work.lease, an_artifact(work.lease)));
  CHECK(f.jobs.cancel(default_tenant(), done.id).error().code == Errc::conflict);
}

TEST_CASE("another tenant's job is not found", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  const Tenant stranger{"stranger"};
  CHECK(f.jobs.find(stranger, job.id).error().code == Errc::not_found);
  CHECK(f.jobs.cancel(stranger, job.id).error().code == Errc::not_found);
  CHECK(f.jobs.list(stranger, {})->jobs.empty());
  CHECK(f.jobs.find(default_tenant(), new_job_id()).error().code == Errc::not_found);
}

}  // namespace platen::test
