// A Redis that comes back without the last that it had acknowledged: a replica that takes over, an append-only file
// that was cut off.
#include <algorithm>
#include <filesystem>

#include "tests/e2e/faults/fault_fixture.hpp"

namespace platen::test {

namespace {

/// A front end and a worker, over a proxy that can lead them to another Redis.
class Rewound {
 public:
  Rewound() : proxy_(fleet.redis().url().socket_path, {}) {
    fleet.add_front({.redis_url = proxy_.url_text()});
    fleet.add_worker({.redis_url = proxy_.url_text(), .environment = {}, .arguments = {"--lease", "2s"}});
  }

  std::string submit(const std::string& key) { return submitted(fleet, small_report("Orders"), key); }
  void stop_worker() { fleet.worker(0).signal(SIGSTOP); }
  void let_work() { fleet.worker(0).signal(SIGCONT); }
  void lead_to(const std::string& socket_path) { proxy_.move_to(socket_path); }

  /// What a client sees of a job; empty when it is not there.
  std::string status_of(const std::string& job) {
    return text_field(call({fleet.url(0) + "/v1/jobs/" + job}).body, "status");
  }
  void expect_done(const std::string& job) {
    INFO(fleet.logs());
    CHECK(eventually([&] { return status_of(job) == "succeeded"; }, std::chrono::seconds(60)));
    const std::string pdf = fleet.folder() / "out.pdf";
    (void)curl({"-f", "-L", "-o", pdf, fleet.url(0) + "/v1/jobs/" + job + "/result"});
    CHECK(run({"qpdf", "--check", pdf}).exit_code == 0);
  }

  Fleet fleet;

 private:
  ScriptProxy proxy_;
};

/// The newest file of the append-only file's folder.
std::string append_only_file(const std::string& socket_path) {
  const auto folder = std::filesystem::path(socket_path).parent_path() / "appendonlydir";
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().string().ends_with(".incr.aof")) return entry.path().string();
  throw std::runtime_error("there is no append-only file");
}

/// What operations.md tells to do after a power cut. (Redis 7.0 cuts a file that ends within a transaction after the
/// last whole command, not before the transaction: at the start after this one, its half would count.)
void rewrite_append_only_file(RedisServer& redis) {
  (void)redis({"BGREWRITEAOF"});
  eventually([&] {
    const redis::Reply info = redis({"INFO", "persistence"});
    const std::string_view text = redis::Value(info).text();
    return text.find("aof_rewrite_in_progress:0") != std::string_view::npos &&
           text.find("aof_rewrite_scheduled:0") != std::string_view::npos;
  });
}

}  // namespace

TEST_CASE("a replica takes over without the last second: jobs that it has are done, again where need be", "[faults]") {
  RedisServer replica({.tcp = true});
  Rewound platen;
  Fleet& fleet = platen.fleet;
  // The fleet's own server listens on a socket only: it is asked to replicate, and the one with a port is first.
  (void)fleet.redis()({"REPLICAOF", "127.0.0.1", std::to_string(replica.tcp_url().port)});
  platen.lead_to(replica.url().socket_path);
  platen.stop_worker();
  const std::string before = platen.submit("before");
  const std::string other = platen.submit("other");
  eventually([&] { return fleet.state_of(other) == "queued"; });

  // From here on the second one hears nothing: all of this is lost.
  (void)fleet.redis()({"REPLICAOF", "NO", "ONE"});
  platen.let_work();
  eventually([&] { return platen.status_of(before) == "succeeded" && platen.status_of(other) == "succeeded"; });
  const auto seen = events_in(call({"-N", fleet.url(0) + "/v1/jobs/" + before + "/events"}).body);
  const std::string lost = platen.submit("lost");
  eventually([&] { return platen.status_of(lost) == "succeeded"; });

  replica.kill9();
  platen.lead_to(fleet.redis().url().socket_path);
  // The same tokens are granted again, and the files of the first time lie there.
  platen.expect_done(before);
  platen.expect_done(other);
  CHECK(platen.status_of(lost).empty());
  const std::string again = platen.submit("lost");
  CHECK(again != lost);
  platen.expect_done(again);
  // Who had followed the job hears that history was lost, and how the job is now.
  const auto resumed = events_in(call({"-N", "-H", "Last-Event-ID: " + std::to_string(std::stoi(seen.back().id) + 5),
                                       fleet.url(0) + "/v1/jobs/" + before + "/events"})
                                     .body);
  REQUIRE(!resumed.empty());
  CHECK(resumed.front().event == "reset");
  CHECK(resumed.back().event == "succeeded");
  CHECK(fleet.broken({{before, other, again}, {lost}}) == nothing);
  CHECK(fleet.left_after_retention(0) == nothing);
}

TEST_CASE("an append-only file that was cut off anywhere gives jobs that are whole", "[faults]") {
  Rewound platen;
  Fleet& fleet = platen.fleet;
  std::set<std::string> jobs;
  for (int round = 0; round < 8; ++round) {
    const std::string job = platen.submit("round-" + std::to_string(round));
    if (round % 2 == 0) eventually([&] { return fleet.state_of(job) == "succeeded"; });
    fleet.redis().kill9();
    const std::string file = append_only_file(fleet.redis().url().socket_path);
    const auto bytes = std::filesystem::file_size(file);
    const auto lost = static_cast<std::uintmax_t>(1 + round * 397);
    std::filesystem::resize_file(file, bytes - std::min(bytes, lost));
    fleet.redis().restart();
    rewrite_append_only_file(fleet.redis());
    INFO(round << "\n" << fleet.logs());
    eventually([&] { return fleet.is_ready(0); });
    jobs.insert(job);
    // What is there is whole, and comes to its end.
    for (const std::string& each : jobs)
      eventually([&] {
        fleet.hurry();
        const std::string state = fleet.state_of(each);
        return state.empty() || state == "succeeded";
      });
    CHECK(fleet.broken({{}, jobs}) == nothing);
  }
  CHECK(fleet.left_after_retention(0) == nothing);
}

}  // namespace platen::test
