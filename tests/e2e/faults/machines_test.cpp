// Front ends and workers on machines of their own, over one Redis.
#include "tests/support/machines.hpp"

#include <list>
#include <map>
#include <thread>

#include "base/guarded.hpp"
#include "tests/e2e/faults/fault_fixture.hpp"

namespace platen::test {

namespace {

constexpr std::size_t watchers = 3;
constexpr std::size_t most_open = 12;      // jobs that were submitted and not seen to end
constexpr std::size_t jobs_meanwhile = 4;  // must come to their end while a machine is away

/// What clients know.
struct Seen {
  std::map<std::string, std::vector<SeenEvent>> streams;  ///< by job: all its events, over all connections
  std::vector<std::string> to_watch;
  std::size_t submitted = 0;  ///< or about to be
  std::size_t done = 0;
  bool is_over = false;  ///< nothing more is submitted
};

/// Submits report after report and watches each to its end, at one front end and, when that breaks off, at the other.
class Clients {
 public:
  Clients(const Fleet& fleet, std::string key) : fleet_(fleet), key_(std::move(key)) {
    threads_.emplace_back([this] { submit_all(); });
    for (std::size_t i = 0; i < watchers; ++i) threads_.emplace_back([this, i] { watch_all(i); });
  }

  [[nodiscard]] std::size_t done() { return seen_.lock()->done; }
  /// Submits no more, waits until all have ended, and tells what was seen.
  Seen finish() {
    seen_.lock()->is_over = true;
    seen_.notify_all();
    threads_.clear();
    return *seen_.lock();
  }
  [[nodiscard]] std::vector<std::string> as_myself(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"-H", "Authorization: Bearer " + key_});
    return arguments;
  }

 private:
  void submit_all() {
    std::string rows;
    for (int i = 0; i < 4000; ++i) rows += std::string(i == 0 ? "" : ",") + R"({"id":)" + std::to_string(i) + "}";
    for (std::size_t number = 0;; ++number) {
      {
        const auto seen = seen_.wait(
            std::stop_token(), [](const Seen& now) { return now.is_over || now.submitted < now.done + most_open; });
        if ((*seen)->is_over) return;
        ++(*seen)->submitted;
      }
      const std::string body =
          R"({"report":{"title":"Report )" + std::to_string(number) + R"("},"data":{"rows":[)" + rows + "]}}";
      const std::string job = submit(body, "order-" + std::to_string(number));
      seen_.lock()->to_watch.push_back(job);
      seen_.notify_all();
    }
  }

  /// Empty when nobody takes it.
  std::string submit(const std::string& body, const std::string& key) const {
    const TempDir folder;
    (void)write_file(folder / "body", body, 0600);
    std::size_t next = 0;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(90);
    while (std::chrono::steady_clock::now() < until) {
      const Answer answer =
          call(as_myself({"-H", "Content-Type: application/json", "-H", "Idempotency-Key: " + key, "-d",
                          "@" + (folder / "body"), fleet_.url(next++ % fleet_.fronts()) + "/v1/jobs"}));
      if (answer.status == 202) return text_field(answer.body, "id");
    }
    return {};
  }

  void watch_all(std::size_t front) {
    for (;;) {
      std::string job;
      {
        const auto seen = seen_.wait(std::stop_token(), [](const Seen& now) {
          return !now.to_watch.empty() || (now.is_over && now.done == now.submitted);
        });
        if ((*seen)->to_watch.empty()) return;
        job = (*seen)->to_watch.front();
        (*seen)->to_watch.erase((*seen)->to_watch.begin());
      }
      auto events = watch(job, front++);
      {
        const auto seen = seen_.lock();
        seen->streams[job] = std::move(events);
        ++seen->done;
      }
      seen_.notify_all();
    }
  }

  std::vector<SeenEvent> watch(const std::string& job, std::size_t front) const {
    std::vector<SeenEvent> events;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(90);
    while (std::chrono::steady_clock::now() < until && (events.empty() || !has_ended(events.back().event))) {
      std::vector<std::string> arguments{"-s", "-N", "-m", "5"};
      if (!events.empty()) arguments.insert(arguments.end(), {"-H", "Last-Event-ID: " + events.back().id});
      arguments.push_back(fleet_.url(front++ % fleet_.fronts()) + "/v1/jobs/" + job + "/events");
      arguments = as_myself(std::move(arguments));
      arguments.insert(arguments.begin(), "curl");
      for (SeenEvent& event : events_in(run(arguments).out)) events.push_back(std::move(event));
    }
    return events;
  }

  const Fleet& fleet_;
  std::string key_;
  Guarded<Seen> seen_;
  std::list<std::jthread> threads_;
};

/// A key for who is not on the front ends' machine.
std::string new_key(const std::string& redis_url) {
  const Output output = run({std::string(PLATEN_BINARIES) + "/platen", "key", "create", "--tenant", "default",
                             "--redis", redis_url, "--json"});
  INFO(output.err);
  REQUIRE(output.exit_code == 0);
  return text_field(output.out, "key");
}

/// Waits until clients have seen some more jobs end: whoever is left does the work.
void await_jobs(Clients& clients, const Fleet& fleet) {
  const std::size_t wanted = clients.done() + jobs_meanwhile;
  INFO(fleet.logs());
  CHECK_NOTHROW(eventually([&] { return clients.done() >= wanted; }, std::chrono::seconds(90)));
}

/// Two front ends and two workers, on four machines, and a fifth with Redis and the clients.
struct Site {
  Site() {
    for (int i = 0; i < 2; ++i) fleet.add_front(on_a_machine({"--heartbeat", "1s"}));
    for (int i = 0; i < 2; ++i) fleet.add_worker(on_a_machine({"--lease", "2s"}));
  }

  Crew on_a_machine(std::vector<std::string> arguments) {
    const std::size_t number = machines.add();
    return {.redis_url = redis_url,
            .arguments = std::move(arguments),
            .wrapper = machines.wrapper(number),
            .address = machines.address_of(number)};
  }

  Machines machines;  // first: all else lives on them
  Fleet fleet{{.tcp = true, .arguments = {"--bind", machines.address(), "--protected-mode", "no"}}};
  std::string redis_url = "redis://" + machines.address() + ":" + std::to_string(fleet.redis().tcp_url().port) + "/0";
  std::string key = new_key(redis_url);  // before front ends, which without keys serve loopback alone
};

void kill_and_restart_each(Site& site, Clients& clients) {
  for (std::size_t i = 0; i < 2; ++i) {
    Process& front = site.fleet.front(i);
    front.signal(SIGKILL);
    REQUIRE(front.wait(patience));
    await_jobs(clients, site.fleet);
    site.fleet.restart_front(i);
    eventually([&] { return site.fleet.is_ready(i); });
    Process& worker = site.fleet.worker(i);
    worker.signal(SIGKILL);
    REQUIRE(worker.wait(patience));
    await_jobs(clients, site.fleet);
    site.fleet.restart_worker(i);
  }
}

/// Only its cable: the programs on it go on, and do not know.
void cut_off_each(Site& site, Clients& clients) {
  for (std::size_t machine = 0; machine < 4; ++machine) {
    site.machines.cut_off(machine);
    await_jobs(clients, site.fleet);
    site.machines.connect(machine);
    await_jobs(clients, site.fleet);
  }
}

}  // namespace

TEST_CASE("machines are killed and cut off one by one, and clients see every job to its one end", "[faults]") {
  Site site;
  const bool are_apart = site.machines.why_together().empty();
  if (!are_apart) WARN("processes of one machine, with addresses of loopback: " << site.machines.why_together());
  Clients clients(site.fleet, site.key);
  kill_and_restart_each(site, clients);
  if (are_apart) cut_off_each(site, clients);
  const Seen seen = clients.finish();
  INFO(site.fleet.logs());
  Promises promises;
  for (const auto& [job, events] : seen.streams) {
    promises.acknowledged.insert(job);
    REQUIRE_FALSE(events.empty());
    std::vector<std::string> ids;
    for (const SeenEvent& event : events) ids.push_back(event.id);
    std::vector<std::string> wanted;  // all that Redis has, once each, in order
    const redis::Reply kept = site.fleet.redis()({"XRANGE", prefix + "job:" + job + ":events", "-", "+"});
    for (std::size_t i = 0; i < redis::Value(kept).size(); ++i) {
      const std::string id(redis::Value(kept)[i][0].text());
      wanted.push_back(id.substr(0, id.find('-')));
    }
    CHECK(ids == wanted);
    CHECK(events.back().event == "succeeded");
  }
  CHECK(seen.streams.size() == seen.submitted);
  const std::string job = seen.streams.begin()->first;  // a link of one front end works at the other
  const std::string link = text_field(call(clients.as_myself({site.fleet.url(0) + "/v1/jobs/" + job})).body, "url");
  CHECK(call({"-o", "/dev/null", site.fleet.url(1) + link}).status == 200);
  CHECK(eventually([&] { return site.fleet.is_drained(); }, std::chrono::seconds(60)));
  CHECK(eventually([&] { return site.fleet.broken(promises) == nothing; }, std::chrono::seconds(30)));
}

}  // namespace platen::test
