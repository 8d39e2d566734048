// What is left of ended jobs, and when it goes.
#include "queue/job_queue.hpp"
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

Submission a_short_lived_submission() {
  Submission submission = a_submission();
  submission.options.retention = std::chrono::seconds(0);
  return submission;
}

const std::vector<UploadId> no_uploads;

}  // namespace

TEST_CASE("an ended job past its retention is due, with what it leaves behind", "[queue]") {
  QueueFixture f;
  Submission submission = a_short_lived_submission();
  submission.upload = new_upload_id();
  (void)f.submitted(submission);
  CHECK(f.janitor.due_for_removal()->empty());
  const Lease lease = f.slot.claim().lease;
  REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  const auto due = f.janitor.due_for_removal();
  REQUIRE(due->size() == 1);
  CHECK((*due)[0].id == submission.id);
  CHECK((*due)[0].artifact == an_artifact(lease).name);
}

TEST_CASE("an ended job within its retention is not due", "[queue]") {
  QueueFixture f;
  REQUIRE(f.jobs.cancel(default_tenant(), f.submitted().id));
  CHECK(f.janitor.due_for_removal()->empty());
}

TEST_CASE("nothing is left of a job that is forgotten", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted(a_short_lived_submission());
  CHECK(f.janitor.exists(job.id) == true);
  CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
  CHECK(f.janitor.forget({job.id}) == no_uploads);
  CHECK(f.janitor.exists(job.id) == false);
  CHECK(f.jobs.find(default_tenant(), job.id).error().code == Errc::not_found);
  CHECK(f.janitor.due_for_removal()->empty());
  CHECK(f.janitor.forget({job.id}) == no_uploads);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
  const auto keys = f.server({"KEYS", "*" + job.id.text + "*"});
  CHECK(redis::Value(keys).size() == 0);
}

TEST_CASE("a job that has not ended cannot be forgotten", "[queue]") {
  QueueFixture f;
  const Job job = f.submitted();
  CHECK(f.janitor.forget({job.id}) == no_uploads);
  CHECK(f.jobs.remove(default_tenant(), job.id).error().code == Errc::conflict);
  (void)f.slot.claim();
  CHECK(f.janitor.forget({job.id}) == no_uploads);
  CHECK(f.jobs.remove(default_tenant(), job.id).error().code == Errc::conflict);
  CHECK(f.state_of(job.id) == JobState::running);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("of many jobs those that have ended are forgotten at once, with the uploads that nobody else uses",
          "[queue]") {
  QueueFixture f;
  const UploadId shared = new_upload_id();
  const UploadId kept = new_upload_id();
  std::vector<JobId> ids;
  for (int i = 0; i < 100; ++i) {
    Submission submission = a_submission();
    submission.upload = i == 50 ? kept : shared;
    ids.push_back(f.submitted(submission).id);
    if (i != 50) REQUIRE(f.jobs.cancel(default_tenant(), ids.back()));
  }
  ids.push_back(new_job_id());
  CHECK(f.janitor.forget(ids) == std::vector<UploadId>{shared});
  CHECK(f.jobs.list(default_tenant(), {})->jobs.size() == 1);
  CHECK(f.state_of(ids.at(50)) == JobState::queued);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("a job's images may go with the last job that shows them", "[queue]") {
  QueueFixture f;
  const UploadId logo = new_upload_id();
  const UploadId photo = new_upload_id();
  Submission first = a_submission();
  first.upload = new_upload_id();
  first.images = {logo, photo};
  Submission second = a_submission();
  second.images = {logo};
  (void)f.submitted(first);
  (void)f.submitted(second);
  const Claim claim = f.slot.claim();
  CHECK(claim.images == first.images);
  CHECK(f.janitor.upload_in_use(photo) == true);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
  REQUIRE(f.slot.queue.fail_attempt(claim.lease, hopeless));
  REQUIRE(f.jobs.cancel(default_tenant(), second.id));
  CHECK(f.janitor.forget({first.id}) == std::vector<UploadId>{*first.upload, photo});
  CHECK(f.janitor.upload_in_use(logo) == true);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
  CHECK(f.janitor.forget({second.id}) == second.images);
  CHECK(f.janitor.upload_in_use(logo) == false);
}

TEST_CASE("an upload that is both data and image goes once", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.upload = new_upload_id();
  submission.images = {*submission.upload};
  (void)f.submitted(submission);
  REQUIRE(f.jobs.cancel(default_tenant(), submission.id));
  CHECK(f.janitor.forget({submission.id}) == submission.images);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("an upload may go with the last job that refers to it", "[queue]") {
  QueueFixture f;
  Submission first = a_submission();
  Submission second = a_submission();
  first.upload = second.upload = new_upload_id();
  CHECK(f.janitor.upload_in_use(*first.upload) == false);
  (void)f.submitted(first);
  (void)f.submitted(first);  // a repeat does not count
  (void)f.submitted(second);
  CHECK(f.janitor.upload_in_use(*first.upload) == true);
  REQUIRE(f.jobs.cancel(default_tenant(), first.id));
  REQUIRE(f.jobs.cancel(default_tenant(), second.id));
  CHECK(f.janitor.forget({first.id}) == no_uploads);
  CHECK(f.janitor.upload_in_use(*first.upload) == true);
  CHECK(f.janitor.forget({second.id}) == std::vector<UploadId>{*second.upload});
  CHECK(f.janitor.upload_in_use(*first.upload) == false);
}

}  // namespace platen::test
