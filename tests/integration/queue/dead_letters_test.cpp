// Jobs that failed: listed, run again, removed.
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

JobId a_failed_job(QueueFixture& f) {
  const JobId id = f.submitted().id;
  REQUIRE(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
  return id;
}

JobId a_foreign_failed_job(QueueFixture& f) {
  Submission submission = a_submission();
  submission.tenant = Tenant{"other"};
  REQUIRE(f.jobs.submit(submission));
  REQUIRE(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
  return submission.id;
}

void check_invariants(QueueFixture& f) { CHECK(broken_invariants(f.connection) == std::vector<std::string>{}); }

}  // namespace

TEST_CASE("a failed job that is redriven runs as if it were new", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.options.max_attempts = 2;
  const JobId id = f.submitted(submission).id;
  for (int i = 0; i < 2; ++i) CHECK(f.slot.queue.crashed(f.slot.claim().lease, renderer_gone) == Outcome::queued);
  const Lease last = f.slot.claim().lease;
  CHECK(f.slot.queue.crashed(last, renderer_gone) == Outcome::failed);
  const Job failed = f.found(id);

  const auto redriven = f.jobs.redrive(default_tenant(), id);
  REQUIRE(redriven);
  CHECK(redriven->state == JobState::queued);
  CHECK(redriven->seq == failed.seq + 1);
  CHECK(redriven->attempt == 0);
  CHECK(redriven->crashes == 0);
  CHECK_FALSE(redriven->error);
  CHECK_FALSE(redriven->ended_at);
  CHECK_FALSE(redriven->started_at);
  CHECK(redriven->queue_position == 1U);
  check_invariants(f);

  const Claim claim = f.slot.claim();
  CHECK(claim.spec == submission.spec);
  CHECK(claim.attempt == 1);
  CHECK(claim.lease.token > last.token);
  CHECK(f.slot.queue.complete(last, an_artifact(last)).error().code == Errc::lease_lost);
  REQUIRE(f.slot.queue.complete(claim.lease, an_artifact(claim.lease)));
  CHECK(f.state_of(id) == JobState::succeeded);
  check_invariants(f);
}

TEST_CASE("only a failed job of the tenant can be redriven", "[queue]") {
  QueueFixture f;
  const JobId id = f.submitted().id;
  CHECK(f.jobs.redrive(default_tenant(), id).error().code == Errc::conflict);
  const Lease lease = f.slot.claim().lease;
  CHECK(f.jobs.redrive(default_tenant(), id).error().code == Errc::conflict);
  REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  CHECK(f.jobs.redrive(default_tenant(), id).error().code == Errc::conflict);
  CHECK(f.jobs.redrive(default_tenant(), new_job_id()).error().code == Errc::not_found);
  CHECK(f.jobs.redrive(default_tenant(), a_foreign_failed_job(f)).error().code == Errc::not_found);
  CHECK(f.state_of(id) == JobState::succeeded);
  check_invariants(f);
}

TEST_CASE("dead letters are the tenant's failed jobs, the last to fail first, over all pages", "[queue]") {
  QueueFixture f;
  std::vector<JobId> failed;
  for (int i = 0; i < 5; ++i) failed.push_back(a_failed_job(f));
  (void)a_foreign_failed_job(f);
  REQUIRE(f.jobs.cancel(default_tenant(), f.submitted().id));
  std::vector<Job> listed;
  JobQuery query{{}, 2, {}};
  do {
    const auto page = f.jobs.dead_letters(default_tenant(), query);
    REQUIRE(page);
    listed.insert(listed.end(), page->jobs.begin(), page->jobs.end());
    query.cursor = page->next_cursor;
  } while (query.cursor);
  REQUIRE(listed.size() == failed.size());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    CHECK(listed[i].error == hopeless);
    CHECK(listed[i].attempt == 1);
    if (i > 0) CHECK(listed[i - 1].ended_at >= listed[i].ended_at);
  }
}

TEST_CASE("some dead letters are redriven, what else is named is left alone", "[queue]") {
  QueueFixture f;
  const JobId one = a_failed_job(f);
  const JobId two = a_failed_job(f);
  const JobId foreign = a_foreign_failed_job(f);
  const JobId waiting = f.submitted().id;
  const auto redriven = f.jobs.redrive_dead(default_tenant(), std::vector{one, foreign, waiting, new_job_id(), one});
  CHECK(redriven == std::vector{one});
  CHECK(f.state_of(two) == JobState::failed);
  CHECK(f.jobs.redrive_dead(default_tenant(), std::vector<JobId>{}) == std::vector<JobId>{});
  CHECK(f.state_of(two) == JobState::failed);
  check_invariants(f);
}

TEST_CASE("all dead letters are redriven, a hundred a call", "[queue]") {
  QueueFixture f;
  for (int i = 0; i < 130; ++i) (void)a_failed_job(f);
  (void)a_foreign_failed_job(f);
  CHECK(f.jobs.redrive_dead(default_tenant(), std::nullopt)->size() == 100);
  CHECK(f.jobs.redrive_dead(default_tenant(), std::nullopt)->size() == 30);
  CHECK(f.jobs.redrive_dead(default_tenant(), std::nullopt)->empty());
  CHECK(f.jobs.dead_letters(default_tenant(), {})->jobs.empty());
  CHECK(f.jobs.dead_letters(Tenant{"other"}, {})->jobs.size() == 1);
  check_invariants(f);
}

TEST_CASE("a redriven job may fail, and be redriven, again", "[queue]") {
  QueueFixture f;
  const JobId id = a_failed_job(f);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(f.jobs.redrive(default_tenant(), id));
    check_invariants(f);
    CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
    check_invariants(f);
  }
  CHECK(f.janitor.forget({id}));
  CHECK(f.jobs.dead_letters(default_tenant(), {})->jobs.empty());
  (void)f.server({"DEL", "platen:{0}:outbox"});
  check_invariants(f);
}

TEST_CASE("an owner removes a job that has ended, and no other", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.upload = new_upload_id();
  const JobId id = f.submitted(submission).id;
  CHECK(f.jobs.remove(default_tenant(), id).error().code == Errc::conflict);
  REQUIRE(f.jobs.cancel(default_tenant(), id));
  CHECK(f.jobs.remove(Tenant{"other"}, id).error().code == Errc::not_found);
  CHECK(f.jobs.remove(default_tenant(), id) == std::vector<UploadId>{*submission.upload});
  CHECK(f.jobs.remove(default_tenant(), id).error().code == Errc::not_found);
  CHECK(redis::Value(f.server({"KEYS", "*" + id.text + "*"})).size() == 0);
  check_invariants(f);
}

}  // namespace platen::test
