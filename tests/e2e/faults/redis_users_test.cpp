// A Redis that lets in only whom it knows, and only to what deploy/redis-users.conf names.
#include "tests/support/redis_users.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/exit_code.hpp"
#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/webhook_target.hpp"

namespace platen::test {

namespace {

const std::string& password = platen_password;

/// deploy/redis-users.conf as an ACL file, with a password, and with a test that may do all without one.
std::string acl_file(const TempDir& folder) {
  std::string rules = "user default on nopass ~* &* +@all\n";
  for (const std::string& user : shipped_users()) rules += user + "\n";
  const std::string path = folder / "users.acl";
  REQUIRE(write_file(path, rules, 0600));
  return path;
}

class Restricted {
 public:
  explicit Restricted(const std::string& appendfsync = "always")
      : fleet({.arguments = {"--aclfile", acl_file(folder_), "--appendfsync", appendfsync}}) {}

  std::string url() { return fleet.redis().url_text() + "&user=platen&password=" + password; }
  void allow(const std::string& command) { (void)fleet.redis()({"ACL", "SETUSER", "platen", "+" + command}); }
  void forbid(const std::string& command) { (void)fleet.redis()({"ACL", "SETUSER", "platen", "-" + command}); }
  std::string doctor() {
    return run({std::string(PLATEN_BINARIES) + "/platen", "doctor", "--json", "--redis", url(), "--server",
                fleet.fronts() > 0 ? fleet.url(0) : "http://127.0.0.1:1", "--data-dir", fleet.data_dir()})
        .out;
  }

 private:
  TempDir folder_;

 public:
  Fleet fleet;
};

std::size_t count_of(const std::string& part, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("everything works as the user of deploy/redis-users.conf, and Redis has refused it nothing", "[faults]") {
  Restricted redis;
  Fleet& fleet = redis.fleet;
  WebhookTarget target;
  fleet.add_front(
      {.redis_url = redis.url(), .environment = {}, .arguments = {"--webhook-allow-private", "127.0.0.0/8"}});
  fleet.add_worker({.redis_url = redis.url()});
  INFO(fleet.logs());
  const std::string api = fleet.url(0) + "/v1";
  REQUIRE(
      !text_field(curl({"-f", "--json", R"({"url":")" + target.url("/ok") + "\"}", api + "/webhooks"}), "id").empty());

  std::vector<std::string> jobs;
  for (const std::string options : {"{}", R"({"group":"g"})", R"({"group":"g"})", R"({"priority":"high"})"})
    jobs.push_back(submitted(fleet, small_report("Orders", options), "key-" + std::to_string(jobs.size())));
  CHECK(submitted(fleet, small_report("Orders"), "key-0") == jobs.front());
  for (const std::string& job : jobs) CHECK(end_of(fleet, job) == "succeeded");
  const std::string stream = curl({"-N", "-m", "20", api + "/jobs/" + jobs.front() + "/events"});
  REQUIRE(!events_in(stream).empty());
  CHECK(events_in(stream).back().event == "succeeded");
  (void)curl({"-f", "-L", "-o", "/dev/null", api + "/jobs/" + jobs.front() + "/result"});
  eventually([&] { return target.seen("/ok").size() == jobs.size(); });

  fleet.worker(0).signal(SIGSTOP);
  const std::string waiting = submitted(
      fleet, R"({"report":{"title":"Later"},"data":{"rows":[{"a":1}]},"options":{"delay_seconds":3600}})", "later");
  (void)curl({"-f", "-X", "POST", api + "/jobs/" + waiting + "/cancel"});
  CHECK(end_of(fleet, waiting) == "canceled");
  fleet.worker(0).signal(SIGCONT);
  REQUIRE(write_file(fleet.folder() / "ragged.csv", "a,b\n1,2\n3\n", 0600));
  const std::string bad = text_field(curl({"-F", R"(job={"report":{"title":"Bad"},"options":{"max_attempts":1}})", "-F",
                                           "data=@" + (fleet.folder() / "ragged.csv"), api + "/jobs"}),
                                     "id");
  CHECK(end_of(fleet, bad) == "failed");
  CHECK_THAT(curl({"-f", api + "/dead-letters"}), has_text(bad));
  (void)curl({"-f", "-X", "POST", api + "/jobs/" + bad + "/redrive"});
  CHECK(end_of(fleet, bad) == "failed");
  CHECK_THAT(curl({"-f", api + "/jobs"}), has_text(bad));
  CHECK_THAT(curl({"-f", "-H", "Accept: application/json", api + "/events?since=2020-01-01T00:00:00Z"}), has_text(bad));
  CHECK_THAT(curl({"-f", fleet.url(0) + "/metrics"}), has_text("platen_queue_up 1"));
  CHECK_THAT(redis.doctor(), has_text(R"("check":"scripts","state":"ok")"));
  CHECK(fleet.left_after_retention(0) == nothing);

  const redis::Reply refused = fleet.redis()({"ACL", "LOG"});
  for (std::size_t i = 0; i < redis::Value(refused).size(); ++i) {
    const redis::Value entry = redis::Value(refused)[i];
    std::string words;
    for (std::size_t j = 0; j < entry.size(); ++j) words.append(entry[j].text()).append(" ");
    FAIL_CHECK(words);
  }
}

TEST_CASE("a user who may not do all that is needed is told what, and programs end with 78", "[faults]") {
  Restricted redis;
  redis.forbid("hset");
  redis.forbid("subscribe");
  for (const std::string program : {"platend", "platen-worker"}) {
    std::vector<std::string> command{std::string(PLATEN_BINARIES) + "/" + program, "--redis", redis.url(), "--data-dir",
                                     redis.fleet.data_dir()};
    if (program == "platend")
      command.insert(command.end(),
                     {"--listen", "127.0.0.1:0", "--signing-key-file", redis.fleet.folder() / "signing.key"});
    const Output output = run(command);
    CHECK(output.exit_code == exit_config);
    CHECK_THAT(output.err, has_text("SUBSCRIBE, HSET"));
    CHECK(output.err.find(password) == std::string::npos);
  }
  CHECK_THAT(redis.doctor(), has_text("SUBSCRIBE, HSET"));
  redis.forbid("eval");
  CHECK_THAT(redis.doctor(), has_text("'eval'"));
}

TEST_CASE("what is forbidden later refuses submits, and fills no log", "[faults]") {
  Restricted redis;
  Fleet& fleet = redis.fleet;
  fleet.add_front({.redis_url = redis.url()});
  fleet.add_worker({.redis_url = redis.url()});
  CHECK(end_of(fleet, submitted(fleet, small_report("Orders"), "before")) == "succeeded");
  redis.forbid("hset");
  constexpr int tries = 15;  // what they log is within the end that is shown
  for (int i = 0; i < tries; ++i)
    CHECK(call({"--json", small_report("Orders"), fleet.url(0) + "/v1/jobs"}).status == 503);
  const auto refusals = [&] { return count_of("redis refused a command", fleet.logs()); };
  CHECK(eventually([&] { return refusals() >= 1; }));
  CHECK(refusals() < tries);
  (void)fleet.redis()({"ACL", "SETUSER", "platen", "+hset"});
  CHECK(end_of(fleet, submitted(fleet, small_report("Orders"), "after")) == "succeeded");
}

TEST_CASE("strict durability by WAITAOF is refused to a user who may not wait, and works for one who may", "[faults]") {
  Restricted redis("everysec");
  Fleet& fleet = redis.fleet;
  if (redis::Value(fleet.redis()({"COMMAND", "INFO", "WAITAOF"}))[0].is_nil()) {
    WARN("skipped: this redis-server is older than 7.2, and has no WAITAOF");
    return;
  }
  const Output refused =
      run({std::string(PLATEN_BINARIES) + "/platend", "--redis", redis.url(), "--data-dir", fleet.data_dir(),
           "--listen", "127.0.0.1:0", "--signing-key-file", fleet.folder() / "signing.key", "--durability", "strict"});
  CHECK(refused.exit_code == exit_config);
  CHECK_THAT(refused.err, has_text("+waitaof"));
  redis.allow("waitaof");
  fleet.add_front({.redis_url = redis.url(), .arguments = {"--durability", "strict"}});
  fleet.add_worker({.redis_url = redis.url()});
  CHECK(end_of(fleet, submitted(fleet, small_report("Orders"), "key")) == "succeeded");
  const redis::Reply stats = fleet.redis()({"INFO", "commandstats"});
  CHECK_THAT(std::string(redis::Value(stats).text()), has_text("cmdstat_waitaof:calls="));
}

}  // namespace platen::test
