// `platen doctor` on a machine whose clock or disk is at fault.
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/faulty_system.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

/// The line of a check that doctor finds in such a system.
std::string found(const FaultySystem& system, const RedisServer& redis, const TempDir& folder,
                  const std::string& check) {
  std::vector<std::string> command{"env"};
  for (const auto& [name, value] : system.environment()) command.push_back(name + "=" + value);
  command.insert(command.end(),
                 {std::string(PLATEN_BINARIES) + "/platen", "doctor", "--json", "--redis", redis.url_text(),
                  "--data-dir", folder.path().string(), "--server", "http://127.0.0.1:1"});
  const Output output = run(command);
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  const std::size_t at = output.out.find("{\"check\":\"" + check + "\"");
  REQUIRE(at != std::string::npos);
  return output.out.substr(at, output.out.find('\n', at) - at);
}

}  // namespace

TEST_CASE("doctor sees a clock that is an hour off Redis's") {
  if (!can_be_faulty()) return;
  const RedisServer redis;
  const TempDir folder;
  FaultySystem system;
  CHECK(found(system, redis, folder, "clock").find("\"ok\"") != std::string::npos);
  system.set_clock_ahead(3600);
  const std::string line = found(system, redis, folder, "clock");
  CHECK(line.find("\"fault\"") != std::string::npos);
  CHECK(line.find("1 h 0 min ahead of") != std::string::npos);
}

TEST_CASE("doctor sees a disk that takes nothing more") {
  if (!can_be_faulty()) return;
  const RedisServer redis;
  const TempDir folder;
  FaultySystem system;
  CHECK(found(system, redis, folder, "data folder").find("\"ok\"") != std::string::npos);
  system.fill_disk(folder.path().string(), 1, 100);
  const std::string line = found(system, redis, folder, "data folder");
  CHECK(line.find("\"fault\"") != std::string::npos);
  CHECK(line.find("cannot be written") != std::string::npos);
}
