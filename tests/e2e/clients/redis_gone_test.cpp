// Redis goes and comes back under clients that nobody here wrote.
#include <stdexcept>

#include "tests/e2e/clients/hand_worker.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

std::size_t heartbeats(const std::string& stream) {
  std::size_t found = 0;
  for (std::size_t at = stream.find(": hb"); at != std::string::npos; at = stream.find(": hb", at + 1)) ++found;
  return found;
}

/// Reports once the queue can be reached again.
void report_again(HandWorker& worker, std::uint64_t done) {
  eventually([&] {
    try {
      worker.report(done);
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  });
}

}  // namespace

TEST_CASE("while Redis is away streams stay open and submits are put off, and then no event is missing or doubled") {
  Installation platen({.has_worker = false, .front_arguments = {"--heartbeat", "100ms", "--stream-retry", "100ms"}});
  HandWorker worker(platen.redis());
  const std::string job = submit_small_report(platen);
  REQUIRE(worker.claim() == job);
  const std::string url = platen.url() + "/v1/jobs/" + job + "/events";
  Background stream({"curl", "-sSN", url});
  Background npm(node_program("eventsource.mjs", {url}));
  worker.report(1);
  eventually([&] { return stream.out().find("\nid: 3\n") != std::string::npos; });
  eventually([&] { return npm.out().find("\n3 ") != std::string::npos; });

  platen.redis().kill9();
  const std::size_t before = heartbeats(stream.out());
  const std::string refused =
      curl({"-i", "-H", "Content-Type: application/json", "-d", R"({"report":{"title":"x"},"data":{"rows":[{"a":1}]}})",
            platen.url() + "/v1/jobs"});
  CHECK(refused.starts_with("HTTP/1.1 503 "));
  CHECK(refused.find("\r\nRetry-After: 1\r\n") != std::string::npos);
  Background late({"curl", "-sSN", "-H", "Last-Event-ID: 2", url});  // it begins while there is nothing to read
  eventually([&] { return heartbeats(stream.out()) >= before + 3 && heartbeats(late.out()) >= 3; });

  platen.redis().restart();
  for (std::uint64_t done = 2; done <= 50; ++done) report_again(worker, done);
  worker.succeed();

  const std::vector<SeenEvent> expected = without_links(events_in_redis(platen.redis(), job));
  const Output seen = stream.finish();
  INFO(seen.out << platen.logs());
  CHECK(without_links(events_in(seen.out)) == expected);
  CHECK(without_links(events_in(late.finish().out)) == std::vector<SeenEvent>(expected.begin() + 2, expected.end()));
  const Output client = npm.finish();
  CHECK(without_links(events_in_lines(client.out)) == expected);
  CHECK(client.out.ends_with("stopped 204\n"));
}
