// A Redis that sleeps, forgets, is full, drops connections or is away: what was acknowledged is done all the same.
#include <functional>

#include "tests/e2e/faults/fault_fixture.hpp"

namespace platen::test {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// Two front ends and two workers, and jobs that are submitted while Redis is ill.
class Ill {
 public:
  explicit Ill(RedisServerOptions options = {}) : fleet(std::move(options)) {
    fleet.add_front();
    fleet.add_front();
    fleet.add_worker();
    fleet.add_worker();
  }

  /// So many jobs, `between` being called before each; some in groups, some with a stream that is watched.
  void submit(int jobs, const std::function<void(int)>& between) {
    for (int i = 0; i < jobs; ++i) {
      between(i);
      const std::string options = i % 3 == 0 ? R"({"group":"g","max_attempts":10})" : R"({"max_attempts":10})";
      const std::string key = "key-" + std::to_string(++count_);
      const std::string job = submitted(fleet, small_report("Orders", options), key);
      promises.acknowledged.insert(job);
      if (i % 5 == 0) watched_.emplace_back(job, Background({"curl", "-sN", "-m", "60", events_url(job)}));
    }
  }

  void expect_all_done() {
    INFO(fleet.logs());
    for (const std::string& job : promises.acknowledged) CHECK(end_of(fleet, job) == "succeeded");
    CHECK(fleet.broken(promises) == nothing);
    for (auto& [job, curl] : watched_) expect_whole_stream(job, curl.finish().out);
    CHECK(fleet.left_after_retention(0) == nothing);
  }

  Fleet fleet;
  Promises promises;

 private:
  std::string events_url(const std::string& job) const { return fleet.url(0) + "/v1/jobs/" + job + "/events"; }

  /// What was seen, and where it broke off its continuation, is what Redis has.
  void expect_whole_stream(const std::string& job, const std::string& seen) {
    std::vector<SeenEvent> events = events_in(seen);
    if (events.empty() || !has_ended(events.back().event)) {
      const std::string last = events.empty() ? "0" : events.back().id;
      for (SeenEvent& event : events_in(call({"-N", "-H", "Last-Event-ID: " + last, events_url(job)}).body))
        events.push_back(std::move(event));
    }
    const redis::Reply kept = fleet.redis()({"XRANGE", prefix + "job:" + job + ":events", "-", "+"});
    REQUIRE(events.size() == redis::Value(kept).size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      CHECK(events[i].id + "-0" == redis::Value(kept)[i][0].text());
      CHECK(events[i].event == redis::Value(kept)[i][1][1].text());
      if (events[i].event != "succeeded") CHECK(events[i].data == redis::Value(kept)[i][1][3].text());  // else a link
    }
  }

  std::vector<std::pair<std::string, Background>> watched_;
  int count_ = 0;
};

}  // namespace

TEST_CASE("a Redis that sleeps for longer than commands may take loses nothing", "[faults]") {
  Ill platen({.arguments = {"--enable-debug-command", "yes"}});
  platen.submit(15, [&](int i) {
    if (i % 7 != 3) return;
    redis::Connection sleeper(platen.fleet.redis().url(), {.command_timeout = milliseconds(50)});
    const std::string_view sleep[] = {"DEBUG", "SLEEP", "4"};
    (void)sleeper.call(sleep);
  });
  platen.expect_all_done();
}

TEST_CASE("connections that Redis cuts are made again, and streams go on where they were", "[faults]") {
  Ill platen;
  platen.submit(40, [&](int i) {
    for (const char* const type : {"normal", "pubsub"})
      if (i % 2 == 1) (void)platen.fleet.redis()({"CLIENT", "KILL", "TYPE", type, "SKIPME", "yes"});
  });
  platen.expect_all_done();
}

TEST_CASE("scripts that are flushed again and again cost nothing", "[faults]") {
  Ill platen;
  platen.submit(40, [&](int) { (void)platen.fleet.redis()({"SCRIPT", "FLUSH"}); });
  platen.expect_all_done();
}

TEST_CASE("a Redis without memory refuses new jobs and lets the old be done", "[faults]") {
  Ill platen;
  platen.fleet.worker(0).signal(SIGSTOP);
  platen.fleet.worker(1).signal(SIGSTOP);
  platen.submit(10, [](int) {});
  (void)platen.fleet.redis()({"CONFIG", "SET", "maxmemory", "1"});
  const std::string url = platen.fleet.url(0) + "/v1/jobs";
  const std::string refused = curl({"-i", "--json", small_report("Late"), url});
  CHECK_THAT(refused, has_text("503"));
  CHECK_THAT(refused, has_text("Retry-After: "));
  platen.fleet.worker(0).signal(SIGCONT);
  platen.fleet.worker(1).signal(SIGCONT);
  for (const std::string& job : platen.promises.acknowledged) CHECK(end_of(platen.fleet, job) == "succeeded");
  CHECK(call({"--json", small_report("Late"), url}).status == 503);
  (void)platen.fleet.redis()({"CONFIG", "SET", "maxmemory", "0"});
  platen.submit(5, [](int) {});
  platen.expect_all_done();
}

TEST_CASE("a Redis that is killed between any two jobs and started again loses nothing", "[faults]") {
  Ill platen;
  platen.submit(20, [&](int i) {
    if (i % 4 != 2) return;
    platen.fleet.redis().kill9();
    platen.fleet.redis().restart();
  });
  platen.expect_all_done();
}

TEST_CASE("a Redis that is away for longer than a lease takes no job from who draws it", "[faults]") {
  Fleet fleet;
  fleet.add_front();
  fleet.add_worker({.arguments = {"--lease", "2s"}});
  REQUIRE(write_file(fleet.folder() / "large.csv", orders_csv(200'000), 0600));
  const std::string job = text_field(curl({"-F", R"(job={"report":{"title":"Orders"},"options":{"max_attempts":1}})",
                                           "-F", "data=@" + (fleet.folder() / "large.csv"), fleet.url(0) + "/v1/jobs"}),
                                     "id");
  eventually([&] { return fleet.state_of(job) == "running"; });
  const auto renderers = fleet.renderers(0);
  REQUIRE(renderers.size() == 1);
  ::kill(renderers.front(), SIGSTOP);
  fleet.redis().kill9();
  // Longer than the lease, than what idle slots wait for, and than front ends take for a pause.
  const auto until = steady_clock::now() + seconds(8);
  eventually([&] { return steady_clock::now() > until; });
  CHECK_FALSE(fleet.is_ready(0));
  fleet.redis().restart();
  eventually([&] { return fleet.is_ready(0); });
  ::kill(renderers.front(), SIGCONT);
  INFO(fleet.logs());
  CHECK(end_of(fleet, job) == "succeeded");
  CHECK(fleet.broken({{job}, {}}) == nothing);
}

}  // namespace platen::test
