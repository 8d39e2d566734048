// Clients of event streams that nobody here wrote, over a network that breaks: each sees exactly the events that the
// job's stream in Redis holds, and stops where 204 tells it to.
#include <random>
#include <stdexcept>

#include "tests/e2e/clients/hand_worker.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/eventually.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

constexpr std::uint32_t seed = 20260301;
constexpr unsigned cut_count = 15;
constexpr std::uint64_t reports = 100;

/// Runs the program, whose last argument is to be the stream's URL, through all of a job's life. It prints what it
/// sees as text/event-stream, then `stopped: 204`.
void expect_every_event(const std::string& program, Cuts cuts = {.connections = cut_count, .seed = seed}) {
  Installation platen({.has_worker = false, .front_arguments = {"--stream-retry", "40ms"}});
  HandWorker worker(platen.redis());
  CuttingProxy network(platen.port(), cuts);
  const std::string job = submit_small_report(platen);
  REQUIRE(worker.claim() == job);
  Background client(
      node_program(program, {"http://127.0.0.1:" + std::to_string(network.port()) + "/v1/jobs/" + job + "/events"}));

  // Some come live, one by one; some while the client is away.
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> burst(1, 5);
  for (std::uint64_t done = 1; done <= reports;) {
    for (int i = burst(random); i > 0 && done <= reports; --i) worker.report(done++);
    const std::string last = events_in_redis(platen.redis(), job).back().id;
    eventually([&] {
      if (client.process().wait(std::chrono::milliseconds(0))) throw std::runtime_error("it ended: " + client.err());
      return client.out().find("id: " + last + "\n") != std::string::npos;
    });
  }
  worker.succeed();

  const Output output = client.finish(std::chrono::seconds(60));
  INFO(output.err << platen.logs());
  CHECK(output.exit_code == 0);
  CHECK(without_links(events_in(output.out)) == without_links(events_in_redis(platen.redis(), job)));
  CHECK(output.out.ends_with("\n\nstopped: 204\n"));
  CHECK(network.cuts_made() == cut_count);
}

}  // namespace

TEST_CASE("npm's eventsource sees every event once over fifteen cuts, and 204 stops it") {
  expect_every_event("eventsource.mjs");
}

TEST_CASE("npm's fetch-event-source sees every event once over fifteen cuts, and 204 stops it") {
  // It counts an event as seen once it has the line with the id, our last one. (Were that the first, as usual, a cut
  // anywhere in an event would lose it.)
  expect_every_event("fetch_event_source.mjs", {.connections = cut_count, .seed = seed, .within_event_ends = false});
}

TEST_CASE("npm's eventsource-parser sees every event once over fifteen cuts, and 204 stops it") {
  expect_every_event("eventsource_parser.mjs");
}
