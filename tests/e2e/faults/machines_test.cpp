// Front ends and workers on machines of their own, over one Redis and over two.
#include "tests/support/machines.hpp"

#include <set>
#include <stdexcept>

#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/e2e/faults/steady_clients.hpp"

namespace platen::test {

namespace {

constexpr std::size_t jobs_meanwhile = 4;  // must come to their end while a machine is away
constexpr std::size_t most_open = 12;
constexpr std::size_t most_open_over_two = 60;  // though half of them wait for the Redis that is away

/// A key for who is not on the front ends' machine.
std::string new_key(const std::string& redis_urls) {
  const Output output = run({std::string(PLATEN_BINARIES) + "/platen", "key", "create", "--tenant", "default",
                             "--redis", redis_urls, "--json"});
  INFO(output.err);
  REQUIRE(output.exit_code == 0);
  return text_field(output.out, "key");
}

/// Waits until clients have seen some more jobs end: whoever is left does the work.
void await_jobs(SteadyClients& clients, const Fleet& fleet) {
  const std::size_t wanted = clients.done() + jobs_meanwhile;
  try {
    eventually([&] { return clients.done() >= wanted; }, std::chrono::seconds(90));
  } catch (const std::runtime_error&) {
    FAIL_CHECK("nothing goes on\n" << fleet.logs());
  }
}

/// Each Redis, two front ends and two workers on machines of their own, in this order; and one with the clients.
struct Site {
  explicit Site(std::size_t redis) : fleet(redis_machines(redis)) {
    for (std::size_t i = 0; i < redis; ++i)
      urls += (urls.empty() ? "" : " ") + ("redis://" + machines.address_of(i) + ":") +
              std::to_string(fleet.redis(i).tcp_url().port) + "/0";
    key = new_key(urls);  // before front ends, which without keys serve loopback alone
    for (int i = 0; i < 2; ++i) fleet.add_front(on_a_machine({"--heartbeat", "1s"}));
    for (int i = 0; i < 2; ++i) fleet.add_worker(on_a_machine({"--lease", "2s"}));
  }

  std::vector<RedisServerOptions> redis_machines(std::size_t number) {
    std::vector<RedisServerOptions> options;
    for (std::size_t i = 0; i < number; ++i) {
      const std::size_t machine = machines.add();
      options.push_back({.tcp = true,
                         .arguments = {"--bind", machines.address_of(machine), "--protected-mode", "no"},
                         .wrapper = machines.wrapper(machine)});
    }
    return options;
  }

  Crew on_a_machine(std::vector<std::string> arguments) {
    const std::size_t number = machines.add();
    return {.redis_url = urls,
            .arguments = std::move(arguments),
            .wrapper = machines.wrapper(number),
            .address = machines.address_of(number)};
  }

  bool are_apart() const {
    if (machines.why_together().empty()) return true;
    WARN("processes of one machine, with addresses of loopback: " << machines.why_together());
    return false;
  }

  Machines machines;  // first: all else lives on them
  Fleet fleet;
  std::string urls;
  std::string key;
};

void kill_and_restart_each(Site& site, SteadyClients& clients) {
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
void cut_off(Site& site, SteadyClients& clients, std::size_t machine) {
  site.machines.cut_off(machine);
  await_jobs(clients, site.fleet);
  site.machines.connect(machine);
  await_jobs(clients, site.fleet);
}

/// Clients saw of every job all that its Redis has, once each, in order, to its one end.
void check_streams(Site& site, const SeenByClients& seen) {
  Promises promises;
  for (const auto& [job, events] : seen.streams) {
    promises.acknowledged.insert(job);
    INFO(job << "\n" << site.fleet.logs());
    REQUIRE_FALSE(events.empty());
    std::vector<std::string> ids;
    for (const SeenEvent& event : events) ids.push_back(event.id);
    std::vector<std::string> wanted;
    const redis::Reply kept = site.fleet.events_of(job);
    for (std::size_t i = 0; i < redis::Value(kept).size(); ++i) {
      const std::string id(redis::Value(kept)[i][0].text());
      wanted.push_back(id.substr(0, id.find('-')));
    }
    CHECK(ids == wanted);
    CHECK(events.back().event == "succeeded");
  }
  CHECK(seen.streams.size() == seen.begun);
  CHECK(eventually([&] { return site.fleet.is_drained(); }, std::chrono::seconds(60)));
  check_whole(site.fleet, promises);
}

}  // namespace

TEST_CASE("machines are killed and cut off one by one, and clients see every job to its one end", "[faults]") {
  Site site(1);
  SteadyClients clients(site.fleet, site.key, most_open);
  kill_and_restart_each(site, clients);
  if (site.are_apart())
    for (std::size_t machine = 1; machine < 5; ++machine) cut_off(site, clients, machine);
  const SeenByClients seen = clients.finish();
  check_streams(site, seen);
  const std::string job = seen.streams.begin()->first;  // a link of one front end works at the other
  const std::string link = text_field(call(clients.as_myself({site.fleet.url(0) + "/v1/jobs/" + job})).body, "url");
  CHECK(call({"-o", "/dev/null", site.fleet.url(1) + link}).status == 200);
}

TEST_CASE("of two Redis one is cut off and comes back, and so is the other: jobs of who is left go on",
          "[faults][shards]") {
  Site site(2);
  SteadyClients clients(site.fleet, site.key, most_open_over_two);
  await_jobs(clients, site.fleet);
  for (const std::size_t away : {std::size_t{1}, std::size_t{0}}) {
    if (!site.are_apart()) break;
    cut_off(site, clients, away);
    for (std::size_t front = 0; front < 2; ++front)  // what needs both is there again
      CHECK(eventually([&] { return call(clients.as_myself({site.fleet.url(front) + "/v1/jobs"})).status == 200; }));
  }
  const SeenByClients seen = clients.finish();
  check_streams(site, seen);
  std::set<std::size_t> shards;
  for (const auto& [job, events] : seen.streams) shards.insert(shard_named_by(job));
  CHECK(shards == std::set<std::size_t>{0, 1});
}

}  // namespace platen::test
