// What is done when, over ports in memory and a clock that is ticked by hand.
#include "jobs/housekeeping.hpp"

#include <algorithm>
#include <set>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "tests/support/catch.hpp"

namespace platen::test {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A queue whose answers are set by the test. `down`: every call fails.
struct FakeJanitor final : JobJanitor, FeedJanitor {
  template <class T>
  Result<T> answer(T value) {
    if (down) return fail(Errc::unavailable, "down");
    return value;
  }
  Result<std::uint32_t> reap() override {
    ++reaps;
    return answer(reapable > 100 ? (reapable -= 100, 100U) : std::exchange(reapable, 0U));
  }
  Result<std::uint32_t> promote() override {
    ++promotes;
    return answer(0U);
  }
  Result<std::uint32_t> expire() override {
    ++expires;
    return answer(0U);
  }
  Result<std::vector<EndedJob>> due_for_removal() override {
    return answer(
        std::vector<EndedJob>(due.begin(), due.begin() + static_cast<long>(std::min<std::size_t>(due.size(), 100))));
  }
  Result<std::vector<UploadId>> forget(const std::vector<JobId>& ids) override {
    ++forgets;
    for (const JobId& id : ids) std::erase_if(due, [&](const EndedJob& job) { return job.id == id; });
    forgotten.insert(forgotten.end(), ids.begin(), ids.end());
    return answer(freed);
  }
  Result<bool> upload_in_use(const UploadId& id) override { return answer(used_uploads.count(id) == 1); }
  Result<bool> exists(const JobId& id) override { return answer(living.count(id) == 1); }

  Result<std::uint32_t> trim_feeds() override {
    ++trims;
    return answer(0U);
  }

  bool down = false;
  int trims = 0;
  int reaps = 0;
  int promotes = 0;
  int expires = 0;
  int forgets = 0;
  std::uint32_t reapable = 0;
  std::vector<EndedJob> due;
  std::vector<UploadId> freed;  ///< by the jobs that are forgotten
  std::set<UploadId> used_uploads;
  std::set<JobId> living;
  std::vector<JobId> forgotten;
};

struct FakeUploads final : UploadStore {
  Result<std::unique_ptr<UploadWriter>> begin(const Tenant&) override { return fail(Errc::internal, "unused"); }
  Result<Upload> find(const Tenant&, const UploadId&) override { return fail(Errc::internal, "unused"); }
  Result<Fd> open(const UploadId&, const StillWanted&) override { return fail(Errc::internal, "unused"); }
  Result<void> remove(const UploadId& id) override {
    removed.push_back(id);
    return {};
  }
  Result<std::vector<UploadId>> older_than(seconds age) override {
    asked_age = age;
    return old;
  }
  Result<void> check() override { return {}; }
  std::vector<UploadId> old;
  std::vector<UploadId> removed;
  seconds asked_age{0};
};

struct FakeArtifacts final : ArtifactStore {
  Result<Fd> create() override { return fail(Errc::internal, "unused"); }
  Result<void> keep(const Fd&, std::string_view, const StillWanted&) override { return fail(Errc::internal, "unused"); }
  Result<Fd> open(std::string_view) override { return fail(Errc::internal, "unused"); }
  Result<std::optional<std::string>> link(std::string_view, const Handout&) override {
    return std::optional<std::string>();
  }
  Result<void> remove(std::string_view name) override {
    if (down || name == stuck) return fail(Errc::unavailable, "down");
    removed.emplace_back(name);
    return {};
  }
  Result<std::vector<std::string>> older_than(seconds) override { return old; }
  Result<void> check() override { return {}; }
  bool down = false;
  std::string stuck;  ///< cannot be removed
  std::vector<std::string> old;
  std::vector<std::string> removed;
};

struct FakeUnfinished final : UnfinishedUploads {
  Result<UploadProgress> create(const UploadPlan&) override { return fail(Errc::internal, "unused"); }
  Result<UploadProgress> find(const Tenant&, const UploadId&) override { return fail(Errc::internal, "unused"); }
  Result<std::unique_ptr<UploadPart>> append(const Tenant&, const UploadId&, std::uint64_t) override {
    return fail(Errc::internal, "unused");
  }
  Result<void> discard(const Tenant&, const UploadId&) override { return fail(Errc::internal, "unused"); }
  Result<std::size_t> sweep(seconds age) override {
    swept.push_back(age);
    return std::size_t{1};
  }
  std::vector<seconds> swept;
};

struct HousekeepingFixture {
  void after(milliseconds time) {
    now += time;
    housekeeping.tick(now);
  }
  TimePoint now = from_unix_ms(1'800'000'000'000);
  FakeJanitor janitor;
  FakeUploads uploads;
  FakeUnfinished unfinished;
  FakeArtifacts artifacts;
  jobs::Housekeeping housekeeping{janitor, janitor, {uploads, unfinished, artifacts}};
};

std::string name_of_artifact(const JobId& job) { return artifact_name({job, 1, "0123abcd", {}}); }

EndedJob an_ended_job() {
  const JobId id = new_job_id();
  return {id, name_of_artifact(id)};
}

}  // namespace

TEST_CASE("leases and due jobs are looked after twice a second", "[jobs]") {
  HousekeepingFixture f;
  f.after(milliseconds(0));
  CHECK(f.janitor.reaps == 1);
  f.after(milliseconds(499));
  CHECK(f.janitor.reaps == 1);
  f.after(milliseconds(1));
  CHECK(f.janitor.reaps == 2);
  CHECK(f.janitor.promotes == 2);
  CHECK(f.janitor.expires == 2);
}

TEST_CASE("a sweep goes on while there is more than one batch", "[jobs]") {
  HousekeepingFixture f;
  f.janitor.reapable = 250;
  f.after(milliseconds(0));
  CHECK(f.janitor.reaps == 3);
}

TEST_CASE("an ended job goes with its files, once an hour", "[jobs]") {
  HousekeepingFixture f;
  f.after(milliseconds(0));
  const EndedJob ended = an_ended_job();
  f.janitor.due = {ended};
  f.janitor.freed = {new_upload_id(), new_upload_id()};
  f.after(milliseconds(hours(1)) - milliseconds(1));
  CHECK(f.janitor.forgotten.empty());
  f.after(milliseconds(1));
  CHECK(f.janitor.forgotten == std::vector<JobId>{ended.id});
  CHECK(f.janitor.trims == 2);
  CHECK(f.artifacts.removed == std::vector<std::string>{*ended.artifact});
  CHECK(f.uploads.removed == f.janitor.freed);
}

TEST_CASE("uploads that broke off and were not taken up for a day go, once an hour", "[jobs]") {
  HousekeepingFixture f;
  f.after(milliseconds(0));
  f.after(milliseconds(hours(1)) - milliseconds(1));
  CHECK(f.unfinished.swept == std::vector<seconds>{hours(24)});
  f.after(milliseconds(1));
  CHECK(f.unfinished.swept.size() == 2);
}

TEST_CASE("an upload that another job refers to stays", "[jobs]") {
  HousekeepingFixture f;
  f.janitor.due = {an_ended_job()};
  f.after(milliseconds(0));
  CHECK(f.janitor.forgotten.size() == 1);
  CHECK(f.uploads.removed.empty());
}

TEST_CASE("more ended jobs than one batch all go", "[jobs]") {
  HousekeepingFixture f;
  for (int i = 0; i < 230; ++i) f.janitor.due.push_back(an_ended_job());
  f.after(milliseconds(0));
  CHECK(f.janitor.forgotten.size() == 230);
  CHECK(f.janitor.forgets == 3);
  CHECK(f.artifacts.removed.size() == 230);
}

TEST_CASE("more ended jobs than can go at once go on going soon, not an hour later", "[jobs]") {
  HousekeepingFixture f;
  for (int i = 0; i < 5'050; ++i) f.janitor.due.push_back(an_ended_job());
  f.after(milliseconds(0));
  CHECK(f.janitor.forgotten.size() == 5'000);
  f.after(milliseconds(500));
  CHECK(f.janitor.forgotten.size() == 5'050);
  f.after(milliseconds(500));
  CHECK(f.unfinished.swept.size() == 2);
}

TEST_CASE("a clock that is set back stops no housekeeping", "[jobs]") {
  HousekeepingFixture f;
  f.after(milliseconds(0));
  f.after(-hours(1));
  CHECK(f.janitor.reaps == 2);
  CHECK(f.unfinished.swept.size() == 2);
  f.after(milliseconds(500));
  CHECK(f.janitor.reaps == 3);
  CHECK(f.unfinished.swept.size() == 2);
}

TEST_CASE("a job whose report cannot be removed holds up no other", "[jobs]") {
  HousekeepingFixture f;
  f.janitor.due = {an_ended_job(), an_ended_job(), an_ended_job()};
  f.artifacts.stuck = *f.janitor.due[1].artifact;
  const JobId stuck = f.janitor.due[1].id;
  const std::vector<JobId> others{f.janitor.due[0].id, f.janitor.due[2].id};
  f.after(milliseconds(0));
  CHECK(f.janitor.forgotten == others);
  REQUIRE(f.janitor.due.size() == 1);
  CHECK(f.janitor.due[0].id == stuck);
}

TEST_CASE("a job whose report cannot be removed is kept, and tried again soon", "[jobs]") {
  HousekeepingFixture f;
  f.janitor.due = {an_ended_job()};
  f.artifacts.down = true;
  f.after(milliseconds(0));
  CHECK(f.janitor.forgotten.empty());
  f.artifacts.down = false;
  f.after(milliseconds(500));
  CHECK(f.janitor.forgotten.size() == 1);
}

TEST_CASE("old files without a job go, others stay", "[jobs]") {
  HousekeepingFixture f;
  const UploadId used = new_upload_id();
  const UploadId unused = new_upload_id();
  f.janitor.used_uploads = {used};
  f.uploads.old = {used, unused};
  const JobId living = new_job_id();
  const JobId gone = new_job_id();
  f.janitor.living = {living};
  f.artifacts.old = {name_of_artifact(living), name_of_artifact(gone), "notes.txt"};
  f.after(milliseconds(0));
  CHECK(f.uploads.removed == std::vector<UploadId>{unused});
  CHECK(f.artifacts.removed == std::vector<std::string>{name_of_artifact(gone)});
  CHECK(f.uploads.asked_age == hours(24));
}

TEST_CASE("while the queue is away no file is taken for an orphan", "[jobs]") {
  HousekeepingFixture f;
  f.uploads.old = {new_upload_id()};
  f.artifacts.old = {name_of_artifact(new_job_id())};
  f.janitor.down = true;
  f.after(milliseconds(0));
  CHECK(f.uploads.removed.empty());
  CHECK(f.artifacts.removed.empty());
  f.janitor.down = false;
  f.after(milliseconds(500));
  CHECK(f.uploads.removed.size() == 1);
  CHECK(f.artifacts.removed.size() == 1);
}

}  // namespace platen::test
