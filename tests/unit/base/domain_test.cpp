// Ids, times and names.
#include <set>

#include "base/clock.hpp"
#include "platen/error.hpp"
#include "platen/event.hpp"
#include "platen/ids.hpp"
#include "platen/job.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace platen;

TEST_CASE("fresh ids are distinct, and pass their own check", "[ids]") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const JobId job = new_job_id();
    const UploadId upload = new_upload_id();
    CHECK(parse_job_id(job.text) == job);
    CHECK(parse_upload_id(upload.text) == upload);
    seen.insert(job.text);
    seen.insert(upload.text);
  }
  CHECK(seen.size() == 2000);
  CHECK(new_job_id().text.size() == 31);
}

TEST_CASE("text that no Platen made is no id", "[ids]") {
  const std::string good = new_job_id().text;
  for (const std::string& text :
       {std::string(), std::string("job_"), good + "0", good.substr(1), good.substr(0, good.size() - 1),
        std::string("JOB_") + good.substr(4), good.substr(0, 30) + "/", good.substr(0, 30) + "A",
        good.substr(0, 30) + "u", good.substr(0, 30) + std::string(1, '\0'), "upl_" + good.substr(4)}) {
    CAPTURE(text);
    CHECK_FALSE(parse_job_id(text));
    CHECK_FALSE(parse_upload_id(text + "x"));
  }
}

TEST_CASE("times are RFC 3339 in UTC with milliseconds", "[clock]") {
  CHECK(rfc3339(from_unix_ms(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(from_unix_ms(1'772'323'199'999)) == "2026-02-28T23:59:59.999Z");
  CHECK(rfc3339(from_unix_ms(1'709'164'800'001)) == "2024-02-29T00:00:00.001Z");
  CHECK(unix_ms(from_unix_ms(42)) == 42);
  CHECK(SystemClock().now() > from_unix_ms(1'700'000'000'000));
}

TEST_CASE("every name reads back as what it names", "[names]") {
  for (int i = 0; i <= static_cast<int>(Errc::internal); ++i)
    CHECK(errc_from(name_of(static_cast<Errc>(i))) == static_cast<Errc>(i));
  for (int i = 0; i <= static_cast<int>(JobState::expired); ++i)
    CHECK(job_state_from(name_of(static_cast<JobState>(i))) == static_cast<JobState>(i));
  for (int i = 0; i <= static_cast<int>(EventKind::reset); ++i)
    CHECK(event_kind_from(name_of(static_cast<EventKind>(i))) == static_cast<EventKind>(i));
  for (int i = 0; i <= static_cast<int>(Stage::store); ++i)
    CHECK(stage_from(name_of(static_cast<Stage>(i))) == static_cast<Stage>(i));
  for (int i = 0; i <= static_cast<int>(Priority::low); ++i)
    CHECK(priority_from(name_of(static_cast<Priority>(i))) == static_cast<Priority>(i));
  CHECK(errc_from("of a newer version") == Errc::internal);
  CHECK_FALSE(job_state_from("Queued"));
}
