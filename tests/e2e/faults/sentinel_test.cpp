// The primary dies in the middle of the work, and the sentinels make another one.
#include <set>

#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/redis_users.hpp"
#include "tests/support/sentinels.hpp"

namespace platen::test {

namespace {

/// The numbers of a whole stream, and that of what it was told again of where it broke off.
void expect_no_gap(const std::vector<SeenEvent>& events) {
  REQUIRE(!events.empty());
  for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i].id == std::to_string(i + 1));
  CHECK(events.back().event == "succeeded");
}

}  // namespace

TEST_CASE("a primary that is killed amid jobs loses none that strict durability has acknowledged", "[faults]") {
  Sentinels sentinels;
  Fleet fleet;
  const Crew front{.redis_url = sentinels.url_text(), .environment = {}, .arguments = {"--durability", "strict"}};
  const Crew worker{.redis_url = sentinels.url_text(), .environment = {}, .arguments = {"--lease", "3s"}};
  fleet.add_front(front);
  fleet.add_front(front);
  fleet.add_worker(worker);
  fleet.add_worker(worker);

  std::set<std::string> jobs;
  std::vector<std::pair<std::string, Background>> watched;
  const auto submit = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const std::string job =
          submitted(fleet, small_report("Orders", R"({"max_attempts":10})"), "key-" + std::to_string(jobs.size()));
      CHECK(jobs.insert(job).second);
      const std::string events = fleet.url(jobs.size() % 2) + "/v1/jobs/" + job + "/events";
      watched.emplace_back(job, Background({"curl", "-sN", "-m", "150", events}));
    }
  };
  submit(10);
  // Some wait, so that they meet the next primary as they are.
  for (std::size_t i = 0; i < fleet.workers(); ++i) fleet.worker(i).signal(SIGSTOP);
  submit(10);
  sentinels.kill_primary();
  for (std::size_t i = 0; i < fleet.workers(); ++i) fleet.worker(i).signal(SIGCONT);
  sentinels.await_failover();
  submit(10);
  INFO(fleet.logs());
  for (const std::string& job : jobs)
    CHECK(eventually([&] { return text_field(call({fleet.url(0) + "/v1/jobs/" + job}).body, "status") == "succeeded"; },
                     std::chrono::seconds(60)));
  for (auto& [job, curl] : watched) {
    INFO(job);
    expect_no_gap(events_in(curl.finish().out));
  }
  sentinels.bring_back();
  submit(3);
  for (const std::string& job : jobs)
    CHECK(
        eventually([&] { return text_field(call({fleet.url(1) + "/v1/jobs/" + job}).body, "status") == "succeeded"; }));
}

TEST_CASE("a primary that is killed is left for the next one over TLS, as the user of deploy/redis-users.conf",
          "[faults]") {
  const Certificates certificates;
  Sentinels sentinels({.certificates = &certificates, .users = shipped_users()});
  const std::string url = sentinels.url_text("platen:" + platen_password + "@");
  Fleet fleet;
  fleet.add_front({.redis_url = url, .arguments = {"--durability", "strict"}});
  fleet.add_worker({.redis_url = url, .arguments = {"--lease", "3s"}});
  INFO(fleet.logs());
  const auto status_of = [&](const std::string& job) {
    return text_field(call({fleet.url(0) + "/v1/jobs/" + job}).body, "status");
  };
  const auto expect_done = [&](const std::string& job) {
    CHECK(eventually([&] { return status_of(job) == "succeeded"; }, std::chrono::seconds(60)));
  };
  const std::string before = submitted(fleet, small_report("Orders"), "before");
  expect_done(before);
  fleet.worker(0).signal(SIGSTOP);
  const std::string waiting = submitted(fleet, small_report("Orders"), "waiting");
  sentinels.kill_primary();
  sentinels.await_failover();
  fleet.worker(0).signal(SIGCONT);
  expect_done(submitted(fleet, small_report("Orders"), "after"));
  expect_done(waiting);
  CHECK(status_of(before) == "succeeded");
  CHECK(fleet.logs().find(platen_password) == std::string::npos);
  const redis::Reply refused = sentinels.ask(sentinels.primary(), {"ACL", "LOG"});
  for (std::size_t i = 0; i < redis::Value(refused).size(); ++i) FAIL_CHECK(redis::Value(refused)[i][5].text());
}

}  // namespace platen::test
