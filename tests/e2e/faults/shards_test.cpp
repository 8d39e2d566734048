// Jobs over two Redis: a whole Platen that grows from one to two, loses one for a while, and loses no job.
#include <algorithm>
#include <set>

#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/webhook_target.hpp"

namespace platen::test {

namespace {

struct OverTwo {
  OverTwo() {
    const std::vector<std::string> arguments{"--webhook-allow-private", "127.0.0.0/8"};
    for (int i = 0; i < 2; ++i) fleet.add_front({.arguments = arguments});
    for (int i = 0; i < 2; ++i) fleet.add_worker({.arguments = {"--lease", "2s"}});
  }

  /// One that was answered with 202, by front ends in turn.
  std::string submit(const std::string& options = "{}") {
    const std::string job = submitted(fleet, small_report("Orders", options), "key-" + std::to_string(++submits));
    jobs.push_back(job);
    return job;
  }
  /// Its state, as the API tells it; empty while it cannot be told.
  std::string state_of(const std::string& job) {
    const Answer answer = call({fleet.url(submits % 2) + "/v1/jobs/" + job});
    return answer.status == 200 ? text_field(answer.body, "status") : "";
  }
  bool has_succeeded(const std::string& job) {
    return eventually([&] { return state_of(job) == "succeeded"; }, std::chrono::seconds(90));
  }
  std::size_t on_shard(char digit) const {
    return static_cast<std::size_t>(
        std::count_if(jobs.begin(), jobs.end(), [&](const std::string& job) { return job[4] == digit; }));
  }

  void check() { check_whole(fleet, {.acknowledged = {jobs.begin(), jobs.end()}, .deleting = {}}); }

  Fleet fleet{std::vector<RedisServerOptions>(2)};
  RedisServer& second = fleet.redis(1);
  std::vector<std::string> jobs;
  int submits = 0;
};

/// The jobs of a tenant's feed by their last events.
std::multiset<std::string> succeeded_in_feed(const std::string& url) {
  std::multiset<std::string> jobs;
  std::string since = "0";
  for (int page = 0; page < 100; ++page) {
    const Answer answer =
        call({"-H", "Accept: application/json", url + "/v1/events?types=succeeded&limit=7&since=" + since});
    REQUIRE(answer.status == 200);
    for (std::size_t at = answer.body.find(R"("event":"succeeded")"); at != std::string::npos;
         at = answer.body.find(R"("event":"succeeded")", at + 1))
      jobs.insert(text_field(answer.body.substr(at), "job"));
    since = text_field(answer.body, "next");
    if (answer.body.find(R"("has_more":true)") == std::string::npos) break;
  }
  return jobs;
}

}  // namespace

TEST_CASE("jobs spread over two Redis are run, listed, told of and streamed as on one", "[e2e][shards]") {
  OverTwo f;
  WebhookTarget target;
  REQUIRE(call({"--json", R"({"url":")" + target.url("/ok") + "\"}", f.fleet.url(0) + "/v1/webhooks"}).status == 201);
  for (int i = 0; i < 16; ++i) (void)f.submit();
  CHECK(f.on_shard('0') > 0);
  CHECK(f.on_shard('1') > 0);
  const std::multiset<std::string> all(f.jobs.begin(), f.jobs.end());
  for (const std::string& job : f.jobs) {
    INFO(job << "\n" << f.fleet.logs());
    CHECK(f.has_succeeded(job));
    const std::vector<SeenEvent> seen = events_in(call({"-N", f.fleet.url(1) + "/v1/jobs/" + job + "/events"}).body);
    REQUIRE_FALSE(seen.empty());
    CHECK(seen.back().event == "succeeded");
  }
  CHECK(succeeded_in_feed(f.fleet.url(1)) == all);
  const Answer listed = call({f.fleet.url(0) + "/v1/jobs?limit=50"});
  for (const std::string& job : f.jobs) CHECK(listed.body.find(job) != std::string::npos);
  CHECK(eventually([&] { return target.seen().size() >= f.jobs.size(); }, std::chrono::seconds(60)));
  std::multiset<std::string> told;
  for (const SeenMessage& message : target.seen()) told.insert(text_field(message.body, "id"));
  CHECK(told == all);
  // The same key again is the same job, wherever it went.
  const std::string again = submitted(f.fleet, small_report("Orders"), "key-1");
  CHECK(again == f.jobs.front());
  f.check();
}

TEST_CASE("one Redis of two is killed: the other's jobs go on, and its own are there when it is back",
          "[e2e][shards]") {
  OverTwo f;
  for (int i = 0; i < 8; ++i) (void)f.submit(R"({"delay_seconds":1})");
  f.second.kill9();
  for (int i = 0; i < 2; ++i) CHECK(f.fleet.is_ready(static_cast<std::size_t>(i)));
  std::size_t refused = 0;
  std::size_t taken = 0;
  for (int i = 0; i < 40 && (refused == 0 || taken < 3); ++i) {
    const Answer answer =
        call({"-H", "Content-Type: application/json", "-d", small_report("Orders"), f.fleet.url(0) + "/v1/jobs"});
    if (answer.status == 503) ++refused;
    if (answer.status != 202) continue;
    ++taken;
    f.jobs.push_back(text_field(answer.body, "id"));
    CHECK(f.jobs.back()[4] == '0');
  }
  CHECK(refused > 0);
  CHECK(taken >= 3);
  for (const std::string& job : f.jobs)
    if (job[4] == '0') CHECK(f.has_succeeded(job));
  f.second.restart();
  INFO(f.fleet.logs());
  for (const std::string& job : f.jobs) CHECK(f.has_succeeded(job));
  f.check();
}

TEST_CASE("an installation grows by a second Redis, and keeps its jobs", "[e2e][shards]") {
  Fleet fleet;
  RedisServer second;
  const std::size_t small = fleet.add_front();
  const std::string old = submitted(fleet, small_report("Orders"), "old");
  fleet.front(small).signal(SIGTERM);
  REQUIRE(fleet.front(small).wait(std::chrono::seconds(60)));
  const std::string urls = fleet.redis().url_text() + " " + second.url_text();
  const std::size_t grown = fleet.add_front({.redis_url = urls});
  fleet.add_worker({.redis_url = urls});
  CHECK(
      eventually([&] { return text_field(call({fleet.url(grown) + "/v1/jobs/" + old}).body, "status") == "succeeded"; },
                 std::chrono::seconds(60)));
  // The wrong way round it does not start: it would find none of its jobs.
  const Output wrong = run({std::string(PLATEN_BINARIES) + "/platend", "--listen", "127.0.0.1:0", "--data-dir",
                            fleet.data_dir(), "--redis", second.url_text() + " " + fleet.redis().url_text()});
  CHECK(wrong.exit_code == 78);
  CHECK(wrong.err.find("order") != std::string::npos);
}

}  // namespace platen::test
