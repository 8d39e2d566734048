// Fencing, and calls that are repeated because their answers were lost.
#include "tests/integration/queue/queue_fixture.hpp"

namespace platen::test {

namespace {

/// How many terminal events the queue has sent on.
long long endings(QueueFixture& f) { return redis::Value(f.server({"XLEN", "platen:{0}:outbox"})).integer(); }

}  // namespace

TEST_CASE("a lapsed lease goes to another worker and fences off the first", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  Slot frail(f.server, "frail", lapsing);
  Claim first = frail.claim();
  CHECK(f.janitor.reap() == 1U);
  CHECK(f.janitor.promote() == 1U);
  const Claim second = f.slot.claim();
  CHECK(second.lease.job == job.id);
  CHECK(second.lease.token > first.lease.token);

  CHECK(frail.queue.renew(first.lease, Progress{}) == LeaseState::lost);
  CHECK(frail.queue.complete(first.lease, an_artifact(first.lease)).error().code == Errc::lease_lost);
  CHECK(frail.queue.fail_attempt(first.lease, flaky).error().code == Errc::lease_lost);
  CHECK(frail.queue.crashed(first.lease, renderer_gone).error().code == Errc::lease_lost);
  CHECK(frail.queue.release(first.lease).error().code == Errc::lease_lost);

  REQUIRE(f.slot.queue.complete(second.lease, an_artifact(second.lease)));
  CHECK(f.found(job.id).artifact == an_artifact(second.lease));
}

TEST_CASE("a lease that lapsed unnoticed still counts", "[queue]") {
  QueueFixture f;
  (void)f.submitted();
  Slot frail(f.server, "frail", lapsing);
  Claim claim = frail.claim();
  CHECK(frail.queue.renew(claim.lease, {}) == LeaseState::held);
  CHECK(frail.queue.complete(claim.lease, an_artifact(claim.lease)));
}

TEST_CASE("a renewal moves the end of the lease", "[queue]") {
  QueueFixture f;
  (void)f.submitted();
  Slot frail(f.server, "frail", lapsing);
  Claim claim = frail.claim();
  const TimePoint before = claim.lease.deadline;
  CHECK(f.slot.queue.renew(claim.lease, {}) == LeaseState::held);  // the same lease, for ten minutes
  CHECK(claim.lease.deadline > before);
  CHECK(f.janitor.reap() == 0U);
}

TEST_CASE("a token alone opens nothing without its nonce", "[queue]") {
  QueueFixture f;
  (void)f.submitted();
  Lease forged = f.slot.claim().lease;
  forged.nonce = "guess";
  CHECK(f.slot.queue.renew(forged, {}) == LeaseState::lost);
  CHECK(f.slot.queue.complete(forged, an_artifact(forged)).error().code == Errc::lease_lost);
}

TEST_CASE("a repeated submit gives the same job and queues it once", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.upload = new_upload_id();
  const Job first = f.submitted(submission);
  const Job again = f.submitted(submission);
  CHECK(again.seq == first.seq);
  CHECK(again.created_at == first.created_at);
  CHECK(f.slot.claim().lease.job == first.id);
  CHECK(f.slot.finds_nothing());
  CHECK(f.submitted(submission).state == JobState::running);
}

TEST_CASE("a repeated claim gives the same grant", "[queue]") {
  QueueFixture f;
  (void)f.submitted();
  (void)f.submitted();
  const Claim first = f.slot.queue.claim(f.slot.worker, "once")->value();
  const Claim again = f.slot.queue.claim(f.slot.worker, "once")->value();
  CHECK(again.lease.job == first.lease.job);
  CHECK(again.lease.token == first.lease.token);
  CHECK(again.lease.deadline == first.lease.deadline);
  CHECK(again.spec == first.spec);
  CHECK(again.attempt == first.attempt);
  CHECK(f.slot.queue.claim(f.slot.worker, "twice")->value().lease.job != first.lease.job);
}

TEST_CASE("a repeated claim whose lease was taken away gets another job", "[queue]") {
  QueueFixture f;
  const Job lost = f.submitted();
  Slot frail(f.server, "frail", lapsing);
  REQUIRE(frail.queue.claim(frail.worker, "once")->value().lease.job == lost.id);
  REQUIRE(f.janitor.reap() == 1U);
  CHECK_FALSE(frail.queue.claim(frail.worker, "once")->has_value());
}

TEST_CASE("a repeated completion is accepted again, and counted once", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  const Lease lease = f.slot.claim().lease;
  REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  const Seq seq = f.found(job.id).seq;
  CHECK(f.slot.queue.complete(lease, an_artifact(lease)));
  CHECK(f.found(job.id).seq == seq);
  CHECK(endings(f) == 1);
  CHECK(f.slot.queue.fail_attempt(lease, flaky).error().code == Errc::lease_lost);
}

TEST_CASE("a repeated failure gives its first answer, also after the job went on", "[queue]") {
  QueueFixture f;
  (void)f.submitted();
  const Lease first = f.slot.claim().lease;
  CHECK(f.slot.queue.fail_attempt(first, flaky) == Outcome::retrying);
  CHECK(f.slot.queue.fail_attempt(first, flaky) == Outcome::retrying);
  CHECK(f.janitor.promote() == 1U);
  CHECK(f.slot.queue.fail_attempt(first, flaky) == Outcome::retrying);
  const Lease second = f.other_slot.claim().lease;
  CHECK(f.slot.queue.fail_attempt(first, flaky) == Outcome::retrying);
  CHECK(f.other_slot.queue.fail_attempt(second, hopeless) == Outcome::failed);
  CHECK(f.other_slot.queue.fail_attempt(second, hopeless) == Outcome::failed);
  CHECK(f.slot.queue.fail_attempt(first, flaky) == Outcome::retrying);
  CHECK(endings(f) == 1);
}

TEST_CASE("a repeated crash counts once", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  const Lease lease = f.slot.claim().lease;
  CHECK(f.slot.queue.crashed(lease, renderer_gone) == Outcome::queued);
  CHECK(f.slot.queue.crashed(lease, renderer_gone) == Outcome::queued);
  CHECK(f.found(job.id).crashes == 1);
  (void)f.other_slot.claim();
  CHECK(f.slot.queue.crashed(lease, renderer_gone) == Outcome::queued);
  CHECK(f.state_of(job.id) == JobState::running);
}

TEST_CASE("a repeated release refunds once", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  const Lease lease = f.slot.claim().lease;
  CHECK(f.slot.queue.release(lease) == Outcome::queued);
  CHECK(f.slot.queue.release(lease) == Outcome::queued);
  CHECK(f.found(job.id).attempt == 0);
  CHECK(f.slot.claim().attempt == 1);
  CHECK(f.slot.finds_nothing());
}

TEST_CASE("a confirmed cancel can be confirmed again", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  const Lease lease = f.slot.claim().lease;
  REQUIRE(f.jobs.cancel(default_tenant(), job.id));
  CHECK(f.slot.queue.fail_attempt(lease, stop_confirmed) == Outcome::canceled);
  CHECK(f.slot.queue.fail_attempt(lease, stop_confirmed) == Outcome::canceled);
  CHECK(endings(f) == 1);
}

TEST_CASE("waiting for work ends when a job comes, or after its time", "[queue]") {
  QueueFixture f;
  CHECK(f.slot.queue.wait_for_work(std::chrono::milliseconds(10)));
  (void)f.submitted();
  // Far longer than patience would last: it returns because of the bell.
  CHECK(f.slot.queue.wait_for_work(std::chrono::minutes(5)));
  (void)f.slot.claim();
}

TEST_CASE("whoever completes a job may ask for the next one along with it, and gets it once", "[queue]") {
  QueueFixture f;
  (void)f.submitted();
  const Job second = f.submitted();
  const Lease first = f.slot.claim().lease;
  const Claimant next{f.slot.worker, "next"};

  const auto claimed = f.slot.queue.complete(first, an_artifact(first), next);
  REQUIRE((claimed && *claimed));
  CHECK((*claimed)->lease.job == second.id);
  CHECK((*claimed)->lease.nonce == "next");
  CHECK(f.state_of(first.job) == JobState::succeeded);
  CHECK(f.state_of(second.id) == JobState::running);

  // Its answer was lost: asked in either way, it is the same grant.
  const auto again = f.slot.queue.complete(first, an_artifact(first), next);
  REQUIRE((again && *again));
  CHECK((*again)->lease.token == (*claimed)->lease.token);
  const auto by_claim = f.slot.queue.claim(next.worker, next.nonce);
  REQUIRE((by_claim && *by_claim));
  CHECK((*by_claim)->lease.job == second.id);

  const Lease last = (*claimed)->lease;
  const auto none = f.slot.queue.complete(last, an_artifact(last), Claimant{f.slot.worker, "third"});
  REQUIRE(none);
  CHECK_FALSE(none->has_value());
}

TEST_CASE("whoever has lost its lease gets no next job for its result", "[queue]") {
  QueueFixture f;
  (void)f.submitted();
  const Job second = f.submitted();
  Lease forged = f.slot.claim().lease;
  ++forged.token;
  const auto refused = f.slot.queue.complete(forged, an_artifact(forged), Claimant{f.slot.worker, "next"});
  CHECK(refused.error().code == Errc::lease_lost);
  CHECK(f.state_of(second.id) == JobState::queued);
}

}  // namespace platen::test
