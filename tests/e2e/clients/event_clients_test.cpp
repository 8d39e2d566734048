// Clients of event streams, most of which nobody here wrote, over a network that breaks: each sees exactly the events
// that the job's stream in Redis holds, and stops where 204 tells it to.
#include <random>
#include <stdexcept>

#include "tests/e2e/clients/hand_worker.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

constexpr std::uint32_t seed = 20260301;
constexpr unsigned cut_count = 15;
constexpr std::uint64_t reports = 150;  // more bytes than all cuts take, fewer events than are trimmed

struct Client {
  std::vector<std::string> command;               ///< that prints each event as a line: id, name, data
  std::vector<std::string> last_arguments = {};   ///< after the stream's URL
  std::vector<std::string> front_arguments = {};  ///< for platend
  std::string last_line = {};                     ///< beside the events
  Cuts cuts = {.connections = cut_count, .seed = seed};
};

/// Runs the client through all of a job's life.
void expect_every_event(Client client) {
  client.front_arguments.insert(client.front_arguments.end(), {"--stream-retry", "40ms"});
  Installation platen({.has_worker = false, .front_arguments = client.front_arguments});
  HandWorker worker(platen.redis());
  CuttingProxy network(platen.port(), client.cuts);
  const std::string job = submit_small_report(platen);
  REQUIRE(worker.claim() == job);
  client.command.push_back("http://127.0.0.1:" + std::to_string(network.port()) + "/v1/jobs/" + job + "/events");
  client.command.insert(client.command.end(), client.last_arguments.begin(), client.last_arguments.end());
  Background running(client.command);

  // Some come live, one by one; some while the client is away.
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> burst(1, 5);
  for (std::uint64_t done = 1; done <= reports;) {
    for (int i = burst(random); i > 0 && done <= reports; --i) worker.report(done++);
    const std::string last = events_in_redis(platen.redis(), job).back().id;
    eventually([&] {
      if (running.process().wait(std::chrono::milliseconds(0))) throw std::runtime_error("it ended: " + running.err());
      return running.out().find("\n" + last + " ") != std::string::npos;
    });
  }
  worker.succeed();

  const Output output = running.finish(std::chrono::seconds(60));
  INFO(output.err << platen.logs());
  CHECK(output.exit_code == 0);
  CHECK(without_links(events_in_lines(output.out)) == without_links(events_in_redis(platen.redis(), job)));
  CHECK(output.out.ends_with("\n" + client.last_line));
  CHECK(network.cuts_made() == cut_count);
}

}  // namespace

TEST_CASE("npm's eventsource sees every event once over fifteen cuts, and 204 stops it") {
  expect_every_event({.command = node_program("eventsource.mjs"), .last_line = "stopped 204\n"});
}

TEST_CASE("npm's fetch-event-source sees every event once over fifteen cuts, and 204 stops it") {
  // It counts an event as seen once it has the line with the id, our last one. (Were that the first, as usual, a cut
  // anywhere in an event would lose it.)
  expect_every_event({.command = node_program("fetch_event_source.mjs"),
                      .last_line = "stopped 204\n",
                      .cuts = {.connections = cut_count, .seed = seed, .within_event_ends = false}});
}

TEST_CASE("npm's eventsource-parser sees every event once over fifteen cuts, and 204 stops it") {
  expect_every_event({.command = node_program("eventsource_parser.mjs"), .last_line = "stopped 204\n"});
}

TEST_CASE("Chromium's EventSource, on a page of another origin, sees every event once, and 204 stops it") {
  const std::string port = std::to_string(free_port());
  // It takes a head that is cut off for a whole one; without the fields that were to come it gives up for good.
  constexpr std::size_t past_the_head = 1024;
  expect_every_event({.command = node_program("chromium_stream.mjs"),
                      .last_arguments = {port},
                      .front_arguments = {"--allow-origin", "http://localhost:" + port},
                      .last_line = "stopped 204\n",
                      .cuts = {.connections = cut_count, .seed = seed, .least_answer_bytes = past_the_head}});
}

TEST_CASE("curl in examples/clients/watch.sh sees every event once over fifteen cuts") {
  expect_every_event({.command = {PLATEN_SOURCE "/examples/clients/watch.sh"}});
}

TEST_CASE("Python in examples/clients/watch.py sees every event once over fifteen cuts") {
  expect_every_event({.command = {"python3", PLATEN_SOURCE "/examples/clients/watch.py"}});
}

TEST_CASE("Node in examples/clients/watch.mjs sees every event once over fifteen cuts") {
  expect_every_event({.command = {"node", PLATEN_SOURCE "/examples/clients/watch.mjs"}});
}

TEST_CASE("C++ in examples/clients/watch.cpp sees every event once over fifteen cuts") {
  expect_every_event({.command = {PLATEN_BINARIES "/example_watch"}});
}

TEST_CASE("npm's ws sees every event once over fifteen cuts, and a Close with 1000 stops it") {
  expect_every_event({.command = node_program("ws.mjs"), .last_line = "stopped 1000\n"});
}

TEST_CASE("Chromium's WebSocket, on a page of another origin, sees every event once, and a Close with 1000 stops it") {
  const std::string port = std::to_string(free_port());
  expect_every_event({.command = node_program("chromium_ws.mjs"),
                      .last_arguments = {port},
                      .front_arguments = {"--allow-origin", "http://localhost:" + port},
                      .last_line = "stopped 1000\n"});
}

TEST_CASE("Chromium submits, follows and fetches a report over one WebSocket") {
  Installation platen;
  const Output output = run(node_program(
      "chromium_ws_channel.mjs", {platen.url(), R"({"report":{"title":"One row"},"data":{"rows":[{"a":1}]}})"}));
  INFO(output.err << platen.logs());
  CHECK(output.out == "submitted: queued\nevents: queued started succeeded\nlink: %PDF- true\nclosed: 1000\n");
}

TEST_CASE("npm's ws submits, follows and fetches a report over one connection") {
  Installation platen;
  auto command = node_program("ws_channel.mjs");
  command.insert(command.end(), {platen.url(), R"({"report":{"title":"One row"},"data":{"rows":[{"a":1}]}})"});
  const Output output = run(command);
  INFO(output.err << platen.logs());
  CHECK(output.out == "submitted: queued\nevents: queued started succeeded\nlink: %PDF- true\nclosed: 1000\n");
}
