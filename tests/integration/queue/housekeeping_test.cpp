// Housekeeping over the real queue, from several processes at once.
#include "base/clock.hpp"
#include "jobs/scheduler.hpp"
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/memory_ports.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

/// Stores without files.
struct NoUploads final : UploadStore {
  Result<std::unique_ptr<UploadWriter>> begin(const Tenant&) override {
    return platen::fail(Errc::unavailable, "none");
  }
  Result<Upload> find(const Tenant&, const UploadId&) override { return platen::fail(Errc::not_found, "none"); }
  Result<Fd> open(const UploadId&, const StillWanted&) override { return platen::fail(Errc::not_found, "none"); }
  Result<void> remove(const UploadId&) override { return {}; }
  Result<std::vector<UploadId>> older_than(std::chrono::seconds) override { return std::vector<UploadId>{}; }
  Result<void> check() override { return {}; }
};
struct NoArtifacts final : ArtifactStore {
  Result<Fd> create() override { return platen::fail(Errc::unavailable, "none"); }
  Result<void> keep(const Fd&, std::string_view, const StillWanted&) override { return {}; }
  Result<Fd> open(std::string_view) override { return platen::fail(Errc::not_found, "none"); }
  Result<std::optional<std::string>> link(std::string_view, const Handout&) override {
    return std::optional<std::string>();
  }
  Result<void> remove(std::string_view) override { return {}; }
  Result<std::vector<std::string>> older_than(std::chrono::seconds) override { return std::vector<std::string>{}; }
  Result<void> check() override { return {}; }
};

/// A front end's part in the housekeeping.
struct Housekeeper {
  explicit Housekeeper(const RedisServer& server) : connection(server.url()) {}
  redis::Connection connection;
  queue::RedisJobJanitor janitor{connection, quick};
  NoUploads uploads;
  NoArtifacts artifacts;
  SystemClock clock;
  NoUnfinishedUploads unfinished;
  jobs::Housekeeping housekeeping{janitor, janitor, {uploads, unfinished, artifacts}, {std::chrono::milliseconds(1)}};
  jobs::Scheduler scheduler{housekeeping, clock, std::chrono::milliseconds(1)};
};

}  // namespace

TEST_CASE("several schedulers at once change nothing twice", "[queue][jobs]") {
  QueueFixture f;
  Slot frail(f.server, "frail", lapsing);
  constexpr int count = 150;
  for (int i = 0; i < count; ++i) (void)f.submitted();
  for (int i = 0; i < count; ++i) (void)frail.claim();
  {
    Housekeeper first(f.server);
    Housekeeper second(f.server);
    CHECK(eventually([&] { return redis::Value(f.server({"LLEN", "platen:{0}:ready:normal"})).integer() == count; }));
  }
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
  const auto jobs = f.jobs.list(default_tenant(), {{}, 200, {}});
  REQUIRE(jobs->jobs.size() == count);
  for (const Job& job : jobs->jobs) CHECK(job.seq == 4);  // queued, started, retrying, queued
}

TEST_CASE("a scheduler takes its work up again after Redis was away", "[queue][jobs]") {
  QueueFixture f;
  Slot frail(f.server, "frail", lapsing);
  Housekeeper housekeeper(f.server);
  f.server.kill9();
  f.server.restart();
  const Job job = f.submitted();
  (void)frail.claim();
  CHECK(eventually([&] { return f.state_of(job.id) == JobState::queued; }));
}

}  // namespace platen::test
