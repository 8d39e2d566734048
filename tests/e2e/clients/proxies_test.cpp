// Platen behind nginx and HAProxy, as deploy/ configures them: nothing is held up, kept, or lost on the way.
#include <csignal>
#include <filesystem>

#include "base/fd.hpp"
#include "tests/e2e/clients/edge_proxy.hpp"
#include "tests/e2e/clients/hand_worker.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string code_and_type = "%{http_code} %{content_type}";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Each event is with the client before the next one happens: whoever gathers them never gets past the first.
void expect_events_at_once(ProxyKind kind) {
  Installation platen({.has_worker = false, .front_arguments = {"--heartbeat", "100ms"}});
  const EdgeProxy proxy(kind, platen.port());
  HandWorker worker(platen.redis());
  const std::string job = submit_small_report(platen);
  REQUIRE(worker.claim() == job);
  const std::string url = proxy.url() + "/v1/jobs/" + job + "/events";
  Background watching(proxy.curl_command({"-N", "-w", "HTTP/%{http_version}", url}));
  for (std::uint64_t done = 1; done <= 20; ++done) {
    worker.report(done);
    const std::string last = events_in_redis(platen.redis(), job).back().id;
    eventually([&] { return has(watching.out(), "\nid: " + last + "\n"); });
  }
  const std::size_t before = count(watching.out(), ": hb");
  eventually([&] { return count(watching.out(), ": hb") >= before + 2; });
  worker.succeed();
  const Output output = watching.finish();
  INFO(output.out << output.err << proxy.log());
  CHECK(without_links(events_in(output.out)) == without_links(events_in_redis(platen.redis(), job)));
  CHECK(output.out.ends_with("\n\nHTTP/2"));
  CHECK(proxy.ask({"-w", "%{http_code}", "-H", "Last-Event-ID: " + events_in(output.out).back().id, url}) == "204");
}

/// Bodies of any size pass in the memory of small ones; every kind of answer arrives as platend gave it.
void expect_everything_else(ProxyKind kind) {
  constexpr std::uintmax_t upload_bytes = 200UL * 1024 * 1024;
  constexpr std::uint64_t flat_kib = 32UL * 1024;
  Installation platen;
  const EdgeProxy proxy(kind, platen.port());
  CHECK(proxy.ask({"-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", proxy.plain_url() + "/x"}) ==
        "308 https://localhost" + std::string(kind == ProxyKind::nginx ? "" : proxy.plain_url().substr(16)) + "/x");

  const std::string file = platen.folder() / "large.csv";
  REQUIRE(platen::write_file(file, "", 0600));
  std::filesystem::resize_file(file, upload_bytes);
  const std::uint64_t memory = most_memory_kib(proxy.pid()) + most_memory_kib(platen.front().pid());
  const std::string uploaded =
      proxy.ask({"-X", "POST", "-H", "Content-Type: text/csv", "-T", file, proxy.url() + "/v1/uploads"});
  INFO(uploaded << proxy.log());
  CHECK(has(uploaded, "\"bytes\":" + std::to_string(upload_bytes)));
  CHECK(most_memory_kib(proxy.pid()) + most_memory_kib(platen.front().pid()) < memory + flat_kib);

  const std::string done =
      proxy.ask({"-i", "-H", "Prefer: wait=25", "-H", "Content-Type: application/json", "-d",
                 R"({"report":{"title":"x"},"data":{"rows":[{"a":1}]}})", proxy.url() + "/v1/jobs"});
  INFO(done << platen.logs());
  CHECK(has(done, "HTTP/2 201"));
  CHECK(has(done, "\"succeeded\""));
  const std::string pdf = platen.folder() / "out.pdf";
  (void)proxy.ask({"-L", "-o", pdf, proxy.url() + "/v1/jobs/" + text_field(done, "id") + "/result"});
  CHECK(run({"qpdf", "--check", pdf}).exit_code == 0);
  const std::string part = proxy.ask({"-r", "5-14", "-w", " %{http_code}", proxy.url() + text_field(done, "url")});
  CHECK(part == platen::read_file(pdf, upload_bytes)->substr(5, 10) + " 206");

  const std::string missing = proxy.ask({"-i", proxy.url() + "/v1/jobs/job_none"});
  CHECK(has(missing, "HTTP/2 404"));
  CHECK(has(missing, "application/problem+json"));
}

/// Chromium's EventSource outlives a front end that is away; others are told when to come back.
void expect_recovery(ProxyKind kind) {
  Installation platen({.has_worker = false, .front_arguments = {"--stream-retry", "100ms"}});
  const EdgeProxy proxy(kind, platen.port());
  HandWorker worker(platen.redis());
  const std::string job = submit_small_report(platen);
  REQUIRE(worker.claim() == job);
  const std::string url = proxy.url() + "/v1/jobs/" + job + "/events";
  Background chromium(node_program("chromium_stream.mjs", {url}));
  const auto expect_seen = [&] {
    const std::string last = events_in_redis(platen.redis(), job).back().id;
    INFO(chromium.err() << proxy.log());
    eventually([&] { return has(chromium.out(), "\n" + last + " "); }, std::chrono::seconds(60));
  };
  worker.report(1);
  expect_seen();

  platen.front().signal(SIGTERM);
  REQUIRE(platen.front().wait(patience));
  const std::string refused =
      proxy.ask({"-i", "-H", "Content-Type: application/json", "-d", "{}", proxy.url() + "/v1/jobs"});
  CHECK(has(refused, "HTTP/2 503"));
  CHECK(has(refused, "\nretry-after: 1"));
  CHECK(has(refused, "application/problem+json"));
  const std::string later = proxy.ask({"-w", code_and_type, url});
  CHECK(later == "retry: 2000\n\n200 text/event-stream");
  worker.report(2);

  platen.start_front();
  expect_seen();
  CHECK(proxy.ask({"-o", "/dev/null", "-w", "%{http_code}", proxy.url() + "/readyz"}) == "200");
  worker.succeed();
  const Output output = chromium.finish();
  INFO(output.err);
  CHECK(output.out.ends_with("\nstopped 204\n"));
  CHECK(count(output.out, "\n") == events_in_redis(platen.redis(), job).size() + 1);
}

void expect_twenty_streams(ProxyKind kind) {
  Installation platen({.has_worker = false});
  const EdgeProxy proxy(kind, platen.port());
  std::vector<std::string> arguments{proxy.url()};
  for (int i = 0; i < 20; ++i) arguments.push_back(submit_small_report(platen, R"({"delay_seconds":600})"));
  const Output output = run(node_program("chromium_http2.mjs", arguments));
  INFO(output.err << proxy.log());
  CHECK(output.exit_code == 0);
}

/// The program in a Node that trusts the proxy.
std::vector<std::string> trusting(const EdgeProxy& proxy, const std::string& program,
                                  const std::vector<std::string>& arguments) {
  std::vector<std::string> command = node_program(program, arguments);
  command.insert(command.begin() + 1, "NODE_EXTRA_CA_CERTS=" + proxy.certificate());
  return command;
}

/// As expect_events_at_once, over a WebSocket that goes silent for many heartbeats in between.
void expect_websocket_events_at_once(ProxyKind kind) {
  Installation platen({.has_worker = false, .front_arguments = {"--heartbeat", "50ms"}});
  const EdgeProxy proxy(kind, platen.port());
  HandWorker worker(platen.redis());
  const std::string job = submit_small_report(platen);
  REQUIRE(worker.claim() == job);
  const std::string path = "/v1/jobs/" + job + "/events";
  Background watching(trusting(proxy, "ws.mjs", {proxy.url() + path}));
  for (std::uint64_t done = 1; done <= 20; ++done) {
    worker.report(done);
    const std::string last = events_in_redis(platen.redis(), job).back().id;
    eventually([&] { return has(watching.out(), "\n" + last + " "); });
  }
  // Who is silent for three pings would be cut: so many heartbeats of somebody else's show that time has passed.
  Background clock({"curl", "-sSN", platen.url() + path});
  eventually([&] { return count(clock.out(), ": hb") >= 10; });
  worker.succeed();
  const Output output = watching.finish();
  INFO(output.out << output.err << proxy.log());
  CHECK(without_links(events_in_lines(output.out)) == without_links(events_in_redis(platen.redis(), job)));
  CHECK(output.out.ends_with("\nstopped 1000\n"));
}

void expect_conversation(ProxyKind kind) {
  Installation platen;
  const EdgeProxy proxy(kind, platen.port());
  const std::vector<std::string> arguments{proxy.url(), R"({"report":{"title":"One row"},"data":{"rows":[{"a":1}]}})"};
  for (const char* program : {"ws_channel.mjs", "chromium_ws_channel.mjs"}) {
    const Output output = run(trusting(proxy, program, arguments));
    INFO(program << output.err << proxy.log() << platen.logs());
    CHECK(output.out == "submitted: queued\nevents: queued started succeeded\nlink: %PDF- true\nclosed: 1000\n");
  }
}

/// The examples, each told to trust the proxy as its own means of that are.
void expect_examples(ProxyKind kind) {
  Installation platen({.has_worker = false});
  const EdgeProxy proxy(kind, platen.port());
  HandWorker worker(platen.redis());
  const std::string job = submit_small_report(platen);
  REQUIRE(worker.claim() == job);
  worker.report(1);
  worker.succeed();
  const std::string examples = std::string(PLATEN_SOURCE) + "/examples/clients/";
  const std::vector<std::vector<std::string>> clients{
      {"env", "CURL_CA_BUNDLE=" + proxy.certificate(), examples + "watch.sh"},
      {"env", "SSL_CERT_FILE=" + proxy.certificate(), "python3", examples + "watch.py"},
      // Node 18 asks only the first address that a name has, and localhost may be ::1 first.
      {"env", "NODE_EXTRA_CA_CERTS=" + proxy.certificate(), "node", "--dns-result-order=ipv4first",
       examples + "watch.mjs"},
      {"env", "CURL_CA_BUNDLE=" + proxy.certificate(), PLATEN_BINARIES "/example_watch"}};
  for (std::vector<std::string> command : clients) {
    command.push_back(proxy.url() + "/v1/jobs/" + job + "/events");
    const Output output = run(command);
    INFO(command[2] << output.err << proxy.log());
    CHECK(output.exit_code == 0);
    CHECK(without_links(events_in_lines(output.out)) == without_links(events_in_redis(platen.redis(), job)));
  }
}

}  // namespace

TEST_CASE("nginx passes each message of a WebSocket at once, and keeps it while it is silent") {
  expect_websocket_events_at_once(ProxyKind::nginx);
}
TEST_CASE("HAProxy passes each message of a WebSocket at once, and keeps it while it is silent") {
  expect_websocket_events_at_once(ProxyKind::haproxy);
}

TEST_CASE("behind nginx npm's ws and Chromium submit, follow and fetch a report over one WebSocket each") {
  expect_conversation(ProxyKind::nginx);
}
TEST_CASE("behind HAProxy npm's ws and Chromium submit, follow and fetch a report over one WebSocket each") {
  expect_conversation(ProxyKind::haproxy);
}

TEST_CASE("nginx passes each event and heartbeat at once, over HTTP/2") { expect_events_at_once(ProxyKind::nginx); }
TEST_CASE("HAProxy passes each event and heartbeat at once, over HTTP/2") { expect_events_at_once(ProxyKind::haproxy); }

TEST_CASE("uploads, long polls, PDFs, ranges and errors pass through nginx, in flat memory") {
  expect_everything_else(ProxyKind::nginx);
}
TEST_CASE("uploads, long polls, PDFs, ranges and errors pass through HAProxy, in flat memory") {
  expect_everything_else(ProxyKind::haproxy);
}

TEST_CASE("behind nginx a restart of the front end ends no EventSource") { expect_recovery(ProxyKind::nginx); }
TEST_CASE("behind HAProxy a restart of the front end ends no EventSource") { expect_recovery(ProxyKind::haproxy); }

TEST_CASE("behind nginx Chromium holds twenty streams to one server") { expect_twenty_streams(ProxyKind::nginx); }
TEST_CASE("behind HAProxy Chromium holds twenty streams to one server") { expect_twenty_streams(ProxyKind::haproxy); }

TEST_CASE("behind nginx the examples' clients see all events") { expect_examples(ProxyKind::nginx); }
TEST_CASE("behind HAProxy the examples' clients see all events") { expect_examples(ProxyKind::haproxy); }
