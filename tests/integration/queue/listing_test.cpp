// Listings of jobs.
#include <algorithm>

#include "tests/integration/queue/queue_fixture.hpp"

namespace platen::test {

TEST_CASE("a listing gives every job once, the newest first, over all its pages", "[queue]") {
  QueueFixture f;
  std::vector<Job> submitted;
  for (int i = 0; i < 250; ++i) submitted.push_back(f.submitted());
  std::vector<Job> listed;
  JobQuery query{{}, 7, {}};
  int pages = 0;
  do {
    auto page = f.jobs.list(default_tenant(), query);
    REQUIRE(page);
    REQUIRE(page->jobs.size() <= 7);
    listed.insert(listed.end(), page->jobs.begin(), page->jobs.end());
    query.cursor = page->next_cursor;
    ++pages;
  } while (query.cursor);
  CHECK(pages == 36);
  REQUIRE(listed.size() == submitted.size());
  const auto is_newer = [](const Job& left, const Job& right) {
    return std::tie(left.created_at, left.id) > std::tie(right.created_at, right.id);
  };
  CHECK(std::is_sorted(listed.begin(), listed.end(), is_newer));
  CHECK(std::adjacent_find(listed.begin(), listed.end(),
                           [](const Job& left, const Job& right) { return left.id == right.id; }) == listed.end());
}

TEST_CASE("a page that holds the last job has no next", "[queue]") {
  QueueFixture f;
  CHECK_FALSE(f.jobs.list(default_tenant(), {})->next_cursor);
  for (int i = 0; i < 4; ++i) (void)f.submitted();
  const auto whole = f.jobs.list(default_tenant(), {{}, 4, {}});
  CHECK(whole->jobs.size() == 4);
  CHECK_FALSE(whole->next_cursor);
  CHECK(f.jobs.list(default_tenant(), {{}, 3, {}})->next_cursor);
}

TEST_CASE("a listing goes on where it was although its last job is gone", "[queue]") {
  QueueFixture f;
  std::vector<JobId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(f.submitted().id);
  const auto first = f.jobs.list(default_tenant(), {{}, 1, {}});
  REQUIRE(f.jobs.cancel(default_tenant(), first->jobs[0].id));
  REQUIRE(f.janitor.forget({first->jobs[0].id}));
  const auto rest = f.jobs.list(default_tenant(), {{}, 10, first->next_cursor});
  CHECK(rest->jobs.size() == 2);
}

TEST_CASE("a listing by state has only jobs in it", "[queue]") {
  QueueFixture f;
  const JobId canceled = f.submitted().id;
  (void)f.submitted();
  REQUIRE(f.jobs.cancel(default_tenant(), canceled));
  const auto page = f.jobs.list(default_tenant(), {JobState::canceled, 50, {}});
  REQUIRE(page->jobs.size() == 1);
  CHECK(page->jobs[0].id == canceled);
  CHECK(f.jobs.list(default_tenant(), {JobState::failed, 50, {}})->jobs.empty());
}

TEST_CASE("a cursor that no listing gave out is refused", "[queue]") {
  QueueFixture f;
  for (const char* const cursor : {"x", ":", "12:", "12:job_x", "-1:job_0", "9999999999999999999999:job_0"}) {
    const auto page = f.jobs.list(default_tenant(), {{}, 50, cursor});
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().code == Errc::invalid_request);
  }
}

TEST_CASE("what a job was made of is kept for as long as the job, unless it says otherwise", "[queue]") {
  QueueFixture f;
  Submission submission = a_submission();
  submission.options.priority = Priority::high;
  submission.options.group = "g";
  submission.options.timeout = std::chrono::seconds(90);
  submission.options.retention = std::chrono::hours(2);
  const JobId kept = f.submitted(submission).id;
  CHECK(f.found(kept).priority == Priority::high);
  CHECK(f.found(kept).request_id == "req-1");
  Submission passing = a_submission();
  passing.shown_spec = R"({"data":{},"left_out":["/data/rows"]})";
  const JobId dropped = f.submitted(passing).id;
  CHECK(f.jobs.request_of(default_tenant(), dropped)->spec == passing.spec);

  for (int i = 0; i < 2; ++i) {
    const Claim claim = f.slot.claim();
    REQUIRE(f.slot.queue.complete(claim.lease, an_artifact(claim.lease)));
  }
  const auto whole = f.jobs.request_of(default_tenant(), kept);
  REQUIRE(whole);
  CHECK(whole->state == JobState::succeeded);
  CHECK(whole->spec == submission.spec);
  CHECK(whole->shown.empty());
  CHECK(whole->options == submission.options);
  const auto shown = f.jobs.request_of(default_tenant(), dropped);
  REQUIRE(shown);
  CHECK_FALSE(shown->spec);
  CHECK(shown->shown == passing.shown_spec);
  CHECK(f.jobs.request_of(Tenant{"other"}, kept).error().code == Errc::not_found);
  CHECK(f.jobs.request_of(default_tenant(), new_job_id()).error().code == Errc::not_found);
}

TEST_CASE("a failed job's request is kept whole, for it may be run again", "[queue]") {
  QueueFixture f;
  Submission passing = a_submission();
  passing.shown_spec = "{}";
  const JobId id = f.submitted(passing).id;
  REQUIRE(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
  CHECK(f.jobs.request_of(default_tenant(), id)->spec == passing.spec);
}

}  // namespace platen::test
