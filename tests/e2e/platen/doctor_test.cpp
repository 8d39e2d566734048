// `platen doctor` on installations that are well, and on such that are broken in one way each.
#include <sys/stat.h>

#include <filesystem>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/scripted_server.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string program = std::string(PLATEN_BINARIES) + "/platen";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Output doctor(Installation& platen, std::vector<std::string> more = {}) {
  std::vector<std::string> command{
      program,    "doctor",    "--redis", platen.redis().url_text(), "--data-dir", platen.folder() / "data",
      "--server", platen.url()};
  command.insert(command.end(), more.begin(), more.end());
  return run(std::move(command));
}

/// The line of a check, with --json.
std::string line_of(const std::string& report, const std::string& check) {
  const std::size_t at = report.find("{\"check\":\"" + check + "\"");
  return at == std::string::npos ? std::string() : report.substr(at, report.find('\n', at) - at);
}

void expect(const std::string& report, const std::string& check, const std::string& state, const std::string& part) {
  const std::string line = line_of(report, check);
  INFO(report);
  CHECK(has(line, "\"state\":\"" + state + "\""));
  CHECK(has(line, part));
  if (state != "ok") CHECK_FALSE(has(line, "\"fix\":\"\""));
}

void await_worker(Installation& platen) {
  eventually([&] { return has(line_of(doctor(platen, {"--json"}).out, "workers"), "\"ok\""); });
}

}  // namespace

TEST_CASE("an installation that is well has no fault, and each check says so") {
  Installation platen;
  await_worker(platen);
  const Output output = doctor(platen, {"--json"});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  for (const char* check :
       {"programs", "platend settings", "worker settings", "redis", "redis version", "redis role", "redis persistence",
        "redis eviction", "clock", "scripts", "workers", "queue", "data folder", "front end"})
    expect(output.out, check, "ok", "");
  CHECK(has(line_of(output.out, "renderer"), "it draws"));
  CHECK(has(line_of(output.out, "fonts"), "\"state\""));
  CHECK_FALSE(has(output.out, "\"fault\""));
  CHECK(doctor(platen).out.starts_with("ok       programs"));
}

TEST_CASE("without a worker, with a Redis that forgets, evicts or is somewhere else, doctor finds just that") {
  Installation platen({.has_worker = false});
  platen.redis()({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  platen.redis()({"CONFIG", "SET", "appendonly", "no"});
  const Output output = doctor(platen, {"--json"});
  CHECK(output.exit_code == 1);
  expect(output.out, "workers", "fault", "platen-worker");
  expect(output.out, "redis eviction", "fault", "noeviction");
  expect(output.out, "redis persistence", "fault", "appendonly yes");
  platen.redis().kill9();
  const Output away = doctor(platen, {"--json"});
  CHECK(away.exit_code == 1);
  expect(away.out, "redis", "fault", "redis-server");
  expect(away.out, "front end", "fault", "unavailable");
  CHECK(line_of(away.out, "workers").empty());
}

TEST_CASE("a password that is wrong is a fault of its own, and is not shown") {
  const RedisServer redis({.password = "s3cret-word"});
  std::string url = redis.url_text();
  url.replace(url.find("s3cret-word"), 11, "wr0ng-word");
  const Output output = run({program, "doctor", "--json", "--redis", url, "--server", "http://127.0.0.1:1"});
  CHECK(output.exit_code == 1);
  expect(output.out, "redis", "fault", "password");
  expect(output.out, "front end", "fault", "--server");
  CHECK_FALSE(has(output.out + output.err, "wr0ng-word"));
}

TEST_CASE("settings that cannot be read are named with file, line and the nearest key") {
  Installation platen({.has_worker = false});
  const std::string config = platen.folder() / "platen.toml";
  REQUIRE(platen::write_file(config, "[platend]\nlisten = \"127.0.0.1:0\"\ndrain-timeot = \"3s\"\n", 0600));
  const Output output = doctor(platen, {"--json", "--config", config});
  CHECK(output.exit_code == 1);
  expect(output.out, "platend settings", "fault",
         config + ":3: unknown key 'drain-timeot' in [platend]. Did you mean 'drain-timeout'?");
  expect(output.out, "worker settings", "ok", "");
}

TEST_CASE("a data folder that is not there, or takes no files, is a fault") {
  Installation platen({.has_worker = false});
  Output output = run({program, "doctor", "--json", "--redis", platen.redis().url_text(), "--server", platen.url(),
                       "--data-dir", platen.folder() / "elsewhere"});
  expect(output.out, "data folder", "fault", "tmpfiles");
  CHECK(output.exit_code == 1);
  output = run({program, "doctor", "--json", "--redis", platen.redis().url_text(), "--server", platen.url(),
                "--data-dir", "/proc"});  // where nobody makes files, root neither
  expect(output.out, "data folder", "fault", "cannot be written");
}

TEST_CASE("programs of another version, or missing, are faults") {
  const TempDir folder;
  std::filesystem::copy_file(program, folder / "platen");
  REQUIRE(platen::write_file(folder / "platend", "#!/bin/sh\necho platend 0.0.1\n", 0700));
  const Output output = run(
      {folder / "platen", "doctor", "--json", "--redis", "redis://127.0.0.1:1/0", "--server", "http://127.0.0.1:1"});
  CHECK(output.exit_code == 1);
  expect(output.out, "platend", "fault", "0.0.1");
  expect(output.out, "platen-render", "fault", "install");
  expect(output.out, "redis", "fault", "refused");
}

TEST_CASE("a front end of another version is a warning") {
  const std::string metrics = "# TYPE platen_build_info gauge\nplaten_build_info{version=\"9.9.9\"} 1\n";
  const auto answer = [](const std::string& body) {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  ScriptedServer server({{answer("{}")}, {answer(metrics)}});
  const Output output =
      run({program, "doctor", "--json", "--redis", "redis://127.0.0.1:1/0", "--server", server.url()});
  expect(output.out, "front end", "ok", "ready");
  expect(output.out, "front end version", "warning", "9.9.9");
}
