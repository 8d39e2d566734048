// Front ends that are killed, or stopped for a while, at each of their scripts: before it runs, and after it ran and
// before they know. Their clients repeat what was not answered, at another front end.
#include <functional>
#include <map>

#include "base/clock.hpp"
#include "queue/lease_queue.hpp"
#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/webhook_target.hpp"

namespace platen::test {

namespace {

using Moment = ScriptProxy::Moment;
using Then = ScriptProxy::Then;

/// Front end 0 behind the proxy is struck; front end 1 beside it goes on.
class Struck {
 public:
  Struck() : proxy_(fleet.redis().url().socket_path, all_scripts()), connection_(fleet.redis().url()) {
    const std::vector<std::string> arguments{"--webhook-allow-private", "127.0.0.0/8", "--webhook-timeout", "1s"};
    fleet.add_front({.redis_url = proxy_.url_text(), .arguments = arguments});
    fleet.add_front({.arguments = arguments});
    fleet.add_worker();
    const Answer made = call({"--json", R"({"url":")" + target_.url("/ok") + "\"}", fleet.url(1) + "/v1/webhooks"});
    REQUIRE(made.status == 201);
  }

  /// Strikes when `script` is called next, once `act` has set the trap.
  void run(const std::string& script, Moment moment, int signal, const std::function<void()>& act) {
    INFO(script << (moment == Moment::before ? " before " : " after ") << signal << "\n" << fleet.logs());
    set_trap_ = [this, script, signal, moment] {
      proxy_.arm(script, moment, [this, signal, moment] {
        fleet.front(0).signal(signal);
        if (signal == SIGKILL) return Then::drop;
        return moment == Moment::before ? Then::hold : Then::pass;
      });
    };
    signal_ = signal;
    act();
    eventually([&] { return proxy_.has_struck(); });
    fleet.front(1).signal(SIGCONT);
    if (after_) std::exchange(after_, nullptr)();
    recover();
    for (const std::string& job : promises.acknowledged) (void)end_of(fleet, job);
    CHECK(fleet.broken(promises) == nothing);
  }

  void run_both(const std::string& script, int signal, const std::function<void()>& act) {
    run(script, Moment::before, signal, act);
    run(script, Moment::after, signal, act);
  }

  // What leads to the scripts. Those whose effect a client waits for go on in `after_`, once the other front end may.

  void submit() {
    set_trap_();
    (void)acknowledged(small_report("Orders"));
  }

  void read() {
    const std::string job = acknowledged(small_report("Orders"));
    set_trap_();
    (void)at_any({fleet.url(0) + "/v1/jobs/" + job}, {200});
  }

  /// What only reads, at this path.
  void look_at(const std::string& path) {
    set_trap_();
    (void)call({"-H", "Accept: application/json", fleet.url(0) + path});
    after_ = [this, path] { (void)at_any({"-H", "Accept: application/json", fleet.url(1) + path}, {200}); };
  }

  void request() {
    const std::string job = acknowledged_by_1(small_report("Orders"));
    look_at("/v1/jobs/" + job + "/request");
  }

  void cancel() {
    const std::string job = acknowledged_by_1(small_report("Orders", R"({"delay_seconds":3600})"));
    set_trap_();
    (void)repeat_post("/v1/jobs/" + job + "/cancel", {200});
    CHECK(fleet.state_of(job) == "canceled");
  }

  void redrive() {
    const std::string job =
        acknowledged_by_1(R"({"report":{"title":"Bad"},"data":{"upload":")" + bad_upload() + "\"}}");
    REQUIRE(end_of(fleet, job) == "failed");
    set_trap_();
    (void)repeat_post("/v1/jobs/" + job + "/redrive", {202, 409});  // 409: it was, and runs or failed again
    after_ = [this, job] { eventually([&] { return fleet.state_of(job) == "failed"; }); };
  }

  void forget() {
    const std::string job = acknowledged_by_1(small_report("Orders"));
    REQUIRE(end_of(fleet, job) == "succeeded");
    promises.acknowledged.erase(job);
    promises.deleting.insert(job);
    set_trap_();
    (void)call({"-X", "DELETE", fleet.url(0) + "/v1/jobs/" + job});
    after_ = [this, job] {
      eventually([&] {
        const int status = call({"-X", "DELETE", fleet.url(1) + "/v1/jobs/" + job}).status;
        return status == 204 || status == 404;
      });
      CHECK(fleet.state_of(job).empty());
    };
  }

  void replay() {
    const std::string job = acknowledged_by_1(small_report("Orders"));
    REQUIRE(end_of(fleet, job) == "succeeded");
    set_trap_();
    const auto first = events_in(call({"-N", fleet.url(0) + "/v1/jobs/" + job + "/events"}).body);
    const std::string last = first.empty() ? "0" : first.back().id;
    after_ = [this, job, last] {
      const auto rest =
          events_in(call({"-N", "-H", "Last-Event-ID: " + last, fleet.url(1) + "/v1/jobs/" + job + "/events"}).body);
      REQUIRE(!rest.empty());
      CHECK(rest.front().id == std::to_string(std::stoi(last) + 1));
      CHECK(rest.back().event == "succeeded");
    };
  }

  // What follows is for front end 0 alone to see: the other one is stopped until then.

  /// A job whose worker has died.
  void reap() {
    fleet.worker(0).signal(SIGSTOP);
    const std::string job = acknowledged_by_1(small_report("Orders", R"({"priority":"high"})"));
    queue::RedisLeaseQueue dying(connection_, fleet.redis().url(), {.lease = std::chrono::minutes(10)});
    eventually([&] {
      const auto claim = dying.claim({"dying"}, "nonce-" + job);
      return claim && *claim && (*claim)->lease.job.text == job;
    });
    in_quiet([&] { (void)fleet.redis()({"ZADD", prefix + "running", "XX", "1", job}); });
    fleet.worker(0).signal(SIGCONT);
  }

  void promote() {
    const std::string job = acknowledged_by_1(small_report("Orders", R"({"delay_seconds":3600})"));
    in_quiet([&] { (void)fleet.redis()({"ZADD", prefix + "delayed", "XX", "1", job}); });
  }

  void expire() {
    const std::string job = acknowledged_by_1(small_report("Orders", R"({"delay_seconds":3600})"));
    in_quiet([&] { (void)fleet.redis()({"ZADD", prefix + "expiry", "XX", "1", job}); });
    after_ = [this, job] { eventually([&] { return fleet.state_of(job) == "expired"; }); };
  }

  /// A message that is to be sent.
  void webhook() {
    fleet.worker(0).signal(SIGSTOP);
    const std::string job = acknowledged_by_1(small_report("Orders"));
    in_quiet([&] {
      fleet.worker(0).signal(SIGCONT);
      eventually([&] { return fleet.state_of(job) == "succeeded"; });
    });
    after_ = [this, job] {
      eventually([&] {
        hurry_webhooks(fleet);
        return is_told(job);
      });
    };
  }

  /// Front end 0 finds it when it starts.
  void retention() {
    const std::string job = acknowledged_by_1(small_report("Orders"));
    REQUIRE(end_of(fleet, job) == "succeeded");
    promises.acknowledged.erase(job);
    promises.deleting.insert(job);
    (void)fleet.redis()({"ZADD", prefix + "ended", "XX", "1", job});
    kill_front();
    set_trap_();
    fleet.restart_front(0);
    after_ = [this, job] {
      recover();
      kill_front();
      fleet.restart_front(0);
      eventually([&] { return fleet.state_of(job).empty(); });
    };
  }

  void finish() {
    eventually([&] { return fleet.is_drained(); });
    for (const std::string& job : promises.acknowledged) {
      INFO(job);
      CHECK(eventually([&] {
        hurry_webhooks(fleet);
        return is_told(job);
      }));
    }
    CHECK(fleet.left_after_retention(1) == nothing);
  }

  Fleet fleet;
  Promises promises;

 private:
  std::string acknowledged(const std::string& body) {
    std::string job = submitted(fleet, body, "key-" + std::to_string(++count_));
    promises.acknowledged.insert(job);
    // Its key made one job, however often it was sent.
    const redis::Reply jobs = fleet.redis()({"ZCARD", prefix + "jobs:default"});
    CHECK(redis::Value(jobs).integer() == static_cast<long long>(promises.acknowledged.size()));
    return job;
  }

  /// Front end 1 takes it.
  std::string acknowledged_by_1(const std::string& body) {
    const Answer answer = call({"--json", body, fleet.url(1) + "/v1/jobs"});
    REQUIRE(answer.status == 202);
    std::string job = text_field(answer.body, "id");
    promises.acknowledged.insert(job);
    return job;
  }

  /// Both front ends sleep meanwhile; then the trap is set, and front end 0 goes on.
  void in_quiet(const std::function<void()>& act) {
    fleet.front(0).signal(SIGSTOP);
    fleet.front(1).signal(SIGSTOP);
    act();
    set_trap_();
    fleet.front(0).signal(SIGCONT);
  }

  /// Repeats a call at one front end after the other until it is answered as it should be.
  Answer at_any(std::vector<std::string> arguments, const std::vector<int>& wanted) {
    const std::string path = arguments.back().substr(arguments.back().find('/', 8));
    std::size_t next = 0;
    return eventually(
        [&]() -> std::optional<Answer> {
          arguments.back() = fleet.url(next++ % 2) + path;
          Answer answer = call(arguments);
          if (std::count(wanted.begin(), wanted.end(), answer.status) == 0) return std::nullopt;
          return answer;
        },
        std::chrono::seconds(60));
  }
  Answer repeat_post(const std::string& path, const std::vector<int>& wanted) {
    return at_any({"-X", "POST", fleet.url(0) + path}, wanted);
  }

  std::string bad_upload() {
    REQUIRE(write_file(fleet.folder() / "bad.csv", "a,b\n1,2\n3\n", 0600));
    return text_field(call({"-T", fleet.folder() / "bad.csv", "-X", "POST", fleet.url(1) + "/v1/uploads"}).body, "id");
  }

  bool is_told(const std::string& job) {
    for (const SeenMessage& message : target_.seen("/ok"))
      if (message.body.find(job) != std::string::npos) return true;
    return false;
  }

  void kill_front() {
    fleet.front(0).signal(SIGKILL);
    REQUIRE(fleet.front(0).wait(patience));
  }

  /// Front end 0 is there again.
  void recover() {
    if (signal_ == SIGKILL) {
      kill_front();
      fleet.restart_front(0);
    }
    fleet.front(0).signal(SIGCONT);
    proxy_.release();
    eventually([&] { return fleet.is_ready(0); });
    signal_ = 0;
  }

  ScriptProxy proxy_;
  redis::Connection connection_;
  WebhookTarget target_;
  std::function<void()> set_trap_;
  std::function<void()> after_;  ///< what is to be seen once both front ends may be asked
  int signal_ = 0;
  int count_ = 0;
};

void of_clients(Struck& platen, int signal) {
  platen.run_both("submit", signal, [&] { platen.submit(); });
  platen.run_both("read", signal, [&] { platen.read(); });
  platen.run_both("request", signal, [&] { platen.request(); });
  platen.run_both("list", signal, [&] { platen.look_at("/v1/jobs"); });
  platen.run_both("feed", signal, [&] { platen.look_at("/v1/events?since=0"); });
  platen.run_both("observe", signal, [&] { platen.look_at("/v1/queue"); });
  platen.run_both("webhook_list", signal, [&] { platen.look_at("/v1/webhooks"); });
  platen.run_both("cancel", signal, [&] { platen.cancel(); });
  platen.run_both("redrive", signal, [&] { platen.redrive(); });
  platen.run_both("forget", signal, [&] { platen.forget(); });
  platen.run_both("replay", signal, [&] { platen.replay(); });
}

void of_schedulers(Struck& platen, int signal) {
  platen.run_both("reap", signal, [&] { platen.reap(); });
  platen.run_both("promote", signal, [&] { platen.promote(); });
  platen.run_both("expire", signal, [&] { platen.expire(); });
  for (const char* const script : {"webhook_fan_out", "webhook_take", "webhook_report"})
    platen.run_both(script, signal, [&] { platen.webhook(); });
  platen.run_both("due", signal, [&] { platen.retention(); });
  platen.run_both("forget", signal, [&] { platen.retention(); });
}

}  // namespace

TEST_CASE("a front end killed at any script of a client's leaves nothing half done", "[faults]") {
  Struck platen;
  of_clients(platen, SIGKILL);
  platen.finish();
}

TEST_CASE("a front end stopped at any script of a client's does nothing twice when it goes on", "[faults]") {
  Struck platen;
  of_clients(platen, SIGSTOP);
  platen.finish();
}

TEST_CASE("a front end killed at any script of its schedulers leaves the rest to another", "[faults]") {
  Struck platen;
  of_schedulers(platen, SIGKILL);
  platen.finish();
}

TEST_CASE("a front end stopped at any script of its schedulers does nothing twice when it goes on", "[faults]") {
  Struck platen;
  of_schedulers(platen, SIGSTOP);
  platen.finish();
}

}  // namespace platen::test
