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
  REQUIRE(f.janitor.forget(first->jobs[0].id));
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

}  // namespace platen::test
