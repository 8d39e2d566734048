// The disk is full at each single write of an upload, of its parts, of a report and of its name.
#include <functional>

#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/faulty_system.hpp"

namespace platen::test {

namespace {

constexpr int most_writes = 400;  // far more than anything here does

/// A front end and a worker whose disk can be filled.
class Cramped {
 public:
  Cramped() {
    const Crew crew{.redis_url = {}, .environment = system.environment(), .arguments = {}};
    fleet.add_front(crew);
    fleet.add_worker(crew);
    REQUIRE(write_file(csv(), orders_csv(200), 0600));
    // A report, so that all that is made once is there.
    REQUIRE(end_of(fleet, submit()) == "succeeded");
  }

  std::string csv() const { return fleet.folder() / "orders.csv"; }
  std::string submit() {
    const Answer answer = call({"-F", R"(job={"report":{"title":"Orders"},"options":{"max_attempts":20}})", "-F",
                                "data=@" + csv(), fleet.url(0) + "/v1/jobs"});
    if (answer.status != 202) {
      CHECK(answer.status == 503);
      CHECK_THAT(answer.body, has_text("\"code\":\"unavailable\""));
      return {};
    }
    std::string job = text_field(answer.body, "id");
    promises.acknowledged.insert(job);
    return job;
  }

  /// Lets the first write fail, then the second, …, until all that `act` does has been let through.
  void fill_at_each_write(const std::function<void()>& act, int count) {
    int failures = 0;
    for (int from = 1; from <= most_writes; ++from) {
      system.fill_disk(fleet.data_dir(), from, count);
      INFO("write " << from << " " << system.failed() << "\n" << fleet.logs());
      act();
      const std::string failed = system.failed();
      system.fill_disk(fleet.data_dir(), 0);
      CHECK(fleet.broken(promises) == nothing);
      if (failed.empty()) break;
      kinds.insert(failed);
      ++failures;
    }
    CHECK(failures > 5);
    CHECK(failures < most_writes);
  }

  /// What failed was at least of these kinds.
  void expect_kinds(const std::set<std::string>& wanted) {
    for (const std::string& kind : wanted) {
      INFO(kind);
      CHECK(kinds.count(kind) == 1);
    }
  }

  void finish() {
    eventually([&] { return fleet.is_ready(0); });
    REQUIRE(end_of(fleet, submit()) == "succeeded");
    CHECK(fleet.left_after_retention(0) == nothing);
  }

  FaultySystem system;
  Fleet fleet;
  Promises promises;
  std::set<std::string> kinds;
};

}  // namespace

TEST_CASE("a disk that is full at any write refuses a submit or delays its job", "[faults]") {
  if (!can_be_faulty()) {
    WARN("skipped: not with a sanitizer");
    return;
  }
  Cramped platen;
  platen.fill_at_each_write(
      [&] {
        const std::string job = platen.submit();
        if (!job.empty()) CHECK(end_of(platen.fleet, job) == "succeeded");
      },
      1);
  platen.expect_kinds({"fsync", "linkat", "openat", "write"});
  platen.finish();
}

TEST_CASE("a disk that is full at any write of an upload in parts keeps what it had", "[faults]") {
  if (!can_be_faulty()) {
    WARN("skipped: not with a sanitizer");
    return;
  }
  Cramped platen;
  const std::string bytes = read_file(platen.csv(), 1 << 20).value();
  const std::string length = std::to_string(bytes.size());
  platen.fill_at_each_write(
      [&] {
        std::string id;
        eventually([&] {
          const Answer made =
              call({"-X", "POST", "-H", "Upload-Length: " + length, platen.fleet.url(0) + "/v1/uploads"});
          CHECK((made.status == 201 || made.status == 503));
          id = text_field(made.body, "id");
          return made.status == 201;
        });
        const std::string url = platen.fleet.url(0) + "/v1/uploads/" + id;
        std::string sha256;
        eventually([&] {  // as a client goes on: from where it says it is
          const std::string shown = call({url}).body;
          sha256 = text_field(shown, "sha256");
          if (!sha256.empty()) return true;
          const std::size_t at = shown.find("\"offset\":");
          if (at == std::string::npos) return false;
          const std::size_t offset = std::stoul(shown.substr(at + 9));
          const std::size_t end = offset < bytes.size() / 2 ? bytes.size() / 2 : bytes.size();
          REQUIRE(write_file(platen.fleet.folder() / "part", bytes.substr(offset, end - offset), 0600));
          const std::string range =
              offset == bytes.size() ? "bytes */" + length
                                     : "bytes " + std::to_string(offset) + "-" + std::to_string(end - 1) + "/" + length;
          const Answer sent = call({"-X", "PUT", "-H", "Content-Range: " + range, "--data-binary",
                                    "@" + (platen.fleet.folder() / "part"), url});
          CHECK((sent.status == 200 || sent.status == 201 || sent.status == 503 || sent.status == 409));
          return false;
        });
        CHECK(run({"sha256sum", platen.csv()}).out.substr(0, 64) == sha256);
      },
      1);
  platen.expect_kinds({"fdatasync", "fsync", "linkat", "open", "rename", "write"});
  platen.finish();
}

TEST_CASE("a disk that stays full refuses submits, and does what it had once there is room", "[faults]") {
  if (!can_be_faulty()) {
    WARN("skipped: not with a sanitizer");
    return;
  }
  Cramped platen;
  platen.fleet.worker(0).signal(SIGSTOP);
  const std::string job = platen.submit();
  REQUIRE(!job.empty());
  platen.system.fill_disk(platen.fleet.data_dir(), 1, 1 << 30);
  platen.fleet.worker(0).signal(SIGCONT);
  CHECK(platen.submit().empty());
  eventually([&] { return !platen.fleet.is_ready(0); });
  eventually([&] { return platen.fleet.state_of(job) == "retrying"; });
  platen.system.fill_disk(platen.fleet.data_dir(), 0);
  CHECK(end_of(platen.fleet, job) == "succeeded");
  platen.finish();
}

}  // namespace platen::test
