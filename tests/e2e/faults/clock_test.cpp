// The clock of the machine, Redis's and everyone's, jumps by an hour.
#include <cstdlib>

#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/faulty_system.hpp"

namespace platen::test {

namespace {

constexpr long long hour_s = 3600;

/// Variables of this process, and so of all that it starts, for a while.
class Environment {
 public:
  explicit Environment(const FaultySystem& system) : variables_(system.environment()) {
    for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const auto& [name, value] : variables_) ::unsetenv(name.c_str());
  }

 private:
  std::vector<std::pair<std::string, std::string>> variables_;
};

/// A whole Platen whose clock can be set, with a report under way that has one attempt.
class Clocked {
 public:
  Clocked() {
    const Environment environment(system);
    fleet_ = std::make_unique<Fleet>();
    fleet().add_front();
    fleet().add_worker({.arguments = {"--lease", "6s"}});
    REQUIRE(write_file(fleet().folder() / "large.csv", orders_csv(200'000), 0600));
    job_ = text_field(curl({"-F", R"(job={"report":{"title":"Orders"},"options":{"max_attempts":1}})", "-F",
                            "data=@" + (fleet().folder() / "large.csv"), fleet().url(0) + "/v1/jobs"}),
                      "id");
    eventually([&] { return fleet().state_of(job_) == "running"; });
    renderer_ = fleet().renderers(0).at(0);
    ::kill(renderer_, SIGSTOP);
  }

  Fleet& fleet() { return *fleet_; }
  const std::string& job() const { return job_; }
  void go_on() const { ::kill(renderer_, SIGCONT); }

  /// Sets the clock, and waits until the front end has looked at the leases since.
  void jump(long long seconds) {
    system.set_clock_ahead(seconds);
    const long long now = redis_now_ms();
    eventually([&] {
      const redis::Reply at = fleet().redis()({"HGET", prefix + "stats", "reaped_at"});
      return redis::Value(at).integer() >= now && redis::Value(at).integer() < now + 60'000;
    });
  }

  /// Jobs are still taken and done.
  void expect_service() {
    INFO(fleet().logs());
    const std::string other = submitted(fleet(), small_report("Orders"), "key-" + std::to_string(++count_));
    CHECK(end_of(fleet(), job_) == "succeeded");
    CHECK(end_of(fleet(), other) == "succeeded");
    CHECK(fleet().broken({{job_, other}, {}}) == nothing);
  }

  FaultySystem system;

 private:
  long long redis_now_ms() {
    const redis::Reply time = fleet().redis()({"TIME"});
    return redis::Value(time)[0].integer() * 1000;
  }

  std::unique_ptr<Fleet> fleet_;
  std::string job_;
  pid_t renderer_ = 0;
  int count_ = 0;
};

}  // namespace

TEST_CASE("a clock that jumps ahead by an hour takes no job from who draws it", "[faults]") {
  if (!can_be_faulty()) {
    WARN("skipped: not with a sanitizer");
    return;
  }
  Clocked platen;
  platen.jump(hour_s);
  platen.go_on();
  platen.expect_service();
}

TEST_CASE("a clock that is set back by an hour neither stops the service nor keeps a dead worker's job", "[faults]") {
  if (!can_be_faulty()) {
    WARN("skipped: not with a sanitizer");
    return;
  }
  Clocked platen;
  platen.jump(-hour_s);
  platen.go_on();
  platen.expect_service();

  // One that dies just before the jump: its lease ends as it would have.
  platen.fleet().worker(0).signal(SIGSTOP);
  const std::string job = submitted(platen.fleet(), small_report("Orders"), "dies");
  platen.fleet().worker(0).signal(SIGCONT);
  eventually([&] { return platen.fleet().state_of(job) != "queued"; });
  platen.fleet().worker(0).signal(SIGKILL);
  REQUIRE(platen.fleet().worker(0).wait(patience));
  platen.jump(-2 * hour_s);
  const Environment environment(platen.system);
  platen.fleet().restart_worker(0);
  INFO(platen.fleet().logs());
  CHECK(end_of(platen.fleet(), job) == "succeeded");
}

}  // namespace platen::test
