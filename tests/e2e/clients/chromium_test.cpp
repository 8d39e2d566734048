// Chromium, Debian's, against a whole Platen: its EventSource and pages of other origins.
#include "tests/e2e/clients/hand_worker.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/loopback.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

void expect_success(const Installation& platen, const std::string& program, const std::vector<std::string>& arguments) {
  const Output output = run(node_program(program, arguments));
  INFO(output.out << output.err << platen.logs());
  CHECK(output.exit_code == 0);
}

}  // namespace

TEST_CASE("Chromium lets a page of an allowed origin submit, read what it needs, and watch") {
  const std::string port = std::to_string(free_port());
  Installation platen(
      {.has_worker = false,
       .front_arguments = {"--allow-origin", "https://app.example.com", "--allow-origin", "http://localhost:" + port}});
  expect_success(platen, "chromium_cors.mjs", {platen.url(), port, "allowed"});
  expect_success(platen, "chromium_cors.mjs", {platen.url(), std::to_string(free_port()), "refused"});
}

TEST_CASE("Chromium's limit of six streams over HTTP/1.1, and the one stream of many jobs") {
  Installation platen({.has_worker = false});
  std::vector<std::string> arguments{platen.url()};
  for (int i = 0; i < 7; ++i) arguments.push_back(submit_small_report(platen, R"({"delay_seconds":600})"));
  expect_success(platen, "chromium_limit.mjs", arguments);
}

TEST_CASE("the page in examples/clients/eventsource.html follows a report of another origin to its PDF") {
  const std::string port = std::to_string(free_port());
  Installation platen({.front_arguments = {"--allow-origin", "http://localhost:" + port}});
  const std::string events = platen.url() + "/v1/jobs/" + submit_small_report(platen) + "/events";
  expect_success(platen, "chromium_example.mjs", {PLATEN_SOURCE "/examples/clients/eventsource.html", events, port});
}
