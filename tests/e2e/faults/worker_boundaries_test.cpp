// Workers and renderers that are killed, or stopped until another has their job, at each of their scripts: before it
// runs, and after it ran and before they know.
#include "tests/e2e/faults/fault_fixture.hpp"

namespace platen::test {

namespace {

using Moment = ScriptProxy::Moment;
using Then = ScriptProxy::Then;

constexpr std::size_t many_rows = 200'000;  // in the middle of which there is time to do something

struct Case {
  std::string script;
  Moment moment;
};

std::vector<Case> at_each_of(const std::vector<std::string>& scripts) {
  std::vector<Case> cases;
  for (const std::string& script : scripts)
    for (const Moment moment : {Moment::before, Moment::after}) cases.push_back({script, moment});
  return cases;
}

/// Worker 0 behind the proxy is struck; worker 1 beside it takes over.
class Struck {
 public:
  Struck() : proxy_(fleet.redis().url().socket_path, all_scripts()) {
    fleet.add_front();
    fleet.add_worker({.redis_url = proxy_.url_text(), .arguments = {"--lease", "3s"}});
    fleet.add_worker({.arguments = {"--lease", "3s"}});
    large_ = upload("large.csv", orders_csv(many_rows));
    bad_ = upload("bad.csv", "a,b\n1,2\n3\n");
  }

  /// Lets a job come to the script, strikes there, and sees it through.
  void run_worker(const Case& at, int signal) {
    INFO(at.script << (at.moment == Moment::before ? " before " : " after ") << signal << "\n" << fleet.logs());
    fleet.worker(1).signal(SIGSTOP);
    proxy_.arm(at.script, at.moment, [this, signal, at] {
      fleet.worker(0).signal(signal);
      if (signal == SIGKILL) return Then::drop;
      return at.moment == Moment::before ? Then::hold : Then::pass;
    });
    const std::string job = provoke(at.script);
    eventually([&] { return proxy_.has_struck(); });
    if (signal == SIGKILL) end_worker();
    take_away(job);
    fleet.worker(1).signal(SIGCONT);
    CHECK(end_of(fleet, job) == (at.script == "fail" ? "failed" : "succeeded"));
    if (signal == SIGSTOP) {
      fleet.worker(0).signal(SIGCONT);
      proxy_.release();
      if (at.script == "release") end_worker();
    }
    CHECK(fleet.broken(promises) == nothing);
  }

  /// The same with the process that draws for worker 0, which itself goes on.
  void run_renderer(const Case& at, int signal) {
    INFO(at.script << (at.moment == Moment::before ? " before " : " after ") << signal << "\n" << fleet.logs());
    fleet.worker(1).signal(SIGSTOP);
    const pid_t renderer = renderer_pid();
    proxy_.arm(at.script, at.moment, [renderer, signal] {
      ::kill(renderer, signal);
      return Then::pass;
    });
    const std::string job = provoke(at.script);
    eventually([&] { return proxy_.has_struck(); });
    if (signal == SIGSTOP) take_away(job);
    fleet.worker(1).signal(SIGCONT);
    CHECK(end_of(fleet, job) == "succeeded");
    ::kill(renderer, SIGCONT);
    CHECK(fleet.broken(promises) == nothing);
  }

  /// All jobs are done; nothing of them is left in the end.
  void finish() {
    CHECK(fleet.is_drained());
    CHECK(fleet.left_after_retention(0) == nothing);
  }

  Fleet fleet;
  Promises promises;

 private:
  std::string upload(const std::string& name, const std::string& bytes) {
    REQUIRE(write_file(fleet.folder() / name, bytes, 0600));
    return text_field(curl({"-T", fleet.folder() / name, "-X", "POST", fleet.url(0) + "/v1/uploads"}), "id");
  }

  std::string submit(const std::string& body) {
    std::string job = submitted(fleet, body, "key-" + std::to_string(++count_));
    promises.acknowledged.insert(job);
    return job;
  }

  static std::string report_of(const std::string& upload) {
    return R"({"report":{"title":"Orders"},"data":{"upload":")" + upload + "\"}}";
  }

  /// A job that will lead worker 0 to the script.
  std::string provoke(const std::string& script) {
    if (script == "fail") return submit(report_of(bad_));
    if (script != "crashed" && script != "release") return submit(small_report("Orders"));
    std::string job = submit(report_of(large_));
    eventually([&] {
      const redis::Reply progress = fleet.redis()({"HGET", prefix + "job:" + job, "progress"});
      return !redis::Value(progress).text().empty();
    });
    if (script == "crashed")
      ::kill(renderer_pid(), SIGKILL);
    else
      fleet.worker(0).signal(SIGTERM);
    return job;
  }

  pid_t renderer_pid() {
    return eventually([&]() -> std::optional<pid_t> {
      const auto all = fleet.renderers(0);
      return all.empty() ? std::nullopt : std::optional(all.front());
    });
  }

  void end_worker() {
    REQUIRE(fleet.worker(0).wait(patience));
    fleet.restart_worker(0);
  }

  /// Whoever holds the job loses it: as when its lease had lapsed.
  void take_away(const std::string& job) { (void)fleet.redis()({"ZADD", prefix + "running", "XX", "1", job}); }

  ScriptProxy proxy_;
  std::string large_;
  std::string bad_;
  int count_ = 0;
};

const std::vector<std::string> of_workers{"claim", "renew", "complete", "fail", "crashed", "release", "report_worker"};
const std::vector<std::string> of_renderers{"claim", "renew", "complete"};

}  // namespace

TEST_CASE("a worker killed at any script leaves its job to another", "[faults]") {
  Struck platen;
  for (const Case& each : at_each_of(of_workers)) platen.run_worker(each, SIGKILL);
  platen.finish();
}

TEST_CASE("a worker that comes back at any script after its job was taken away changes nothing", "[faults]") {
  Struck platen;
  for (const Case& each : at_each_of(of_workers)) platen.run_worker(each, SIGSTOP);
  platen.finish();
}

TEST_CASE("a renderer killed at any script of its worker costs no job", "[faults]") {
  Struck platen;
  for (const Case& each : at_each_of(of_renderers)) platen.run_renderer(each, SIGKILL);
  platen.finish();
}

TEST_CASE("a renderer that hangs at any script of its worker loses the job to another", "[faults]") {
  Struck platen;
  for (const Case& each : at_each_of(of_renderers)) platen.run_renderer(each, SIGSTOP);
  platen.finish();
}

}  // namespace platen::test
