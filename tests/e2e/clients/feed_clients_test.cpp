// The tenant's feed, read by clients that nobody here wrote, at different paces, over a network that breaks and past a
// Redis that dies: each sees what the jobs' own streams hold, once and in one order.
#include <signal.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "tests/e2e/clients/hand_worker.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/eventually.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

constexpr int job_count = 40;
constexpr unsigned cut_count = 15;

using Histories = std::map<std::string, std::vector<SeenEvent>>;

/// By job, without the ids and the links that are a stream's own.
Histories by_job(const std::vector<SeenEvent>& events) {
  Histories histories;
  for (const SeenEvent& event : without_links(events))
    histories[text_field(event.data, "job")].push_back({"", event.event, event.data});
  return histories;
}

std::vector<std::string> ids_of(const std::vector<SeenEvent>& events) {
  std::vector<std::string> ids;
  for (const SeenEvent& event : events) ids.push_back(event.id);
  return ids;
}

/// What the jobs' own streams hold, but progress.
Histories expected_of(Installation& platen, const std::vector<std::string>& jobs) {
  Histories histories;
  for (const std::string& job : jobs)
    for (const SeenEvent& event : without_links(events_in_redis(platen.redis(), job)))
      if (event.event != "progress") histories[job].push_back({"", event.event, event.data});
  return histories;
}

/// Runs a job from its submission to its end; again, where Redis was away.
std::string run_a_job(const Installation& platen, HandWorker& worker) {
  const std::string job = eventually([&]() -> std::optional<std::string> {
    const std::string id = submit_small_report(platen);
    return id.starts_with("job_") ? std::optional(id) : std::nullopt;
  });
  const auto until_it_works = [](auto act) {
    eventually([&] {
      try {
        act();
        return true;
      } catch (const std::runtime_error&) {
        return false;
      }
    });
  };
  until_it_works([&] { REQUIRE(worker.claim() == job); });
  until_it_works([&] { worker.report(1); });
  until_it_works([&] { worker.succeed(); });
  return job;
}

/// The feed from its beginning, as a poller gets it, `limit` events at a time.
std::vector<std::string> polled_ids(const Installation& platen, const std::string& limit) {
  std::vector<std::string> ids;
  std::string next = "0";
  for (bool has_more = true; has_more;) {
    std::string page =
        curl({"-H", "Accept: application/json", platen.url() + "/v1/events?limit=" + limit + "&since=" + next});
    next = text_field(page, "next");
    has_more = page.find(R"("has_more":true)") != std::string::npos;
    for (std::size_t at = page.find(R"({"id":")"); at != std::string::npos; at = page.find(R"({"id":")", at + 1))
      ids.push_back(text_field(page.substr(at), "id"));
  }
  return ids;
}

}  // namespace

TEST_CASE("clients of the feed see every job's events once and in one order, at their own pace, whatever breaks") {
  Installation platen({.has_worker = false, .front_arguments = {"--stream-retry", "40ms"}});
  HandWorker worker(platen.redis());
  CuttingProxy network(platen.port(), {.connections = cut_count, .seed = 20260301});
  const std::string path = "/v1/events?since=0";
  Background steady({"curl", "-sSN", platen.url() + path});
  Background sleepy({"curl", "-sSN", platen.url() + path});
  Background ends({"curl", "-sSN", platen.url() + path + "&types=succeeded"});
  Background cut(node_program("eventsource.mjs", {"http://127.0.0.1:" + std::to_string(network.port()) + path}));
  std::vector<std::string> jobs{run_a_job(platen, worker)};
  eventually([&] { return sleepy.out().find("event: succeeded") != std::string::npos; });
  ::kill(sleepy.process().pid(), SIGSTOP);
  while (jobs.size() < job_count) {
    if (jobs.size() == job_count / 2) {
      platen.redis().kill9();
      platen.redis().restart();
    }
    jobs.push_back(run_a_job(platen, worker));
    // Some come live, one by one; some while a client is away.
    if (jobs.size() % 4 == 0)
      eventually([&] { return cut.out().find(R"("job":")" + jobs.back()) != std::string::npos; });
  }
  ::kill(sleepy.process().pid(), SIGCONT);
  const auto has_last = [&](const std::string& out) {
    const std::size_t at = out.rfind("succeeded");
    return at != std::string::npos && out.find(jobs.back(), at) != std::string::npos && out.ends_with("\n");
  };
  for (Background* const client : {&steady, &sleepy, &ends, &cut}) {
    INFO(platen.logs() << client->err());
    eventually([&] { return has_last(client->out()); });
  }

  const Histories expected = expected_of(platen, jobs);
  const std::vector<SeenEvent> seen = events_in(steady.out());
  INFO(platen.logs());
  CHECK(by_job(seen) == expected);
  CHECK(ids_of(events_in(sleepy.out())) == ids_of(seen));
  const std::vector<SeenEvent> over_cuts = events_in_lines(cut.out());
  CHECK(ids_of(over_cuts) == ids_of(seen));
  CHECK(by_job(over_cuts) == expected);
  CHECK(network.cuts_made() == cut_count);
  CHECK(polled_ids(platen, "7") == ids_of(seen));
  const std::vector<SeenEvent> only_ends = events_in(ends.out());
  CHECK(only_ends.size() == jobs.size());
  CHECK(std::all_of(only_ends.begin(), only_ends.end(), [](const SeenEvent& it) { return it.event == "succeeded"; }));

  // A poller that waits hears of the next event as it happens.
  Background waiting({"curl", "-sS", "-H", "Accept: application/json", "-H", "Prefer: wait=25",
                      platen.url() + "/v1/events?since=" + seen.back().id});
  jobs.push_back(run_a_job(platen, worker));
  CHECK(waiting.finish().out.find(R"("event":"queued","data":{"job":")" + jobs.back()) != std::string::npos);
}
