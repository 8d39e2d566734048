// What `platen up` is made of; the whole of it is tested end to end.
#include <filesystem>

#include "base/fd.hpp"
#include "cli/data_folder.hpp"
#include "cli/keeper.hpp"
#include "cli/private_redis.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;
using namespace platen::cli;

TEST_CASE("the private Redis has every setting of deploy/redis.conf", "[cli]") {
  const std::string config = PrivateRedis{"/somewhere"}.config();
  const std::string deployed = read_file(std::string(PLATEN_SOURCE) + "/deploy/redis.conf", 10'000).value();
  std::size_t settings = 0;
  for (std::size_t at = 0; at < deployed.size();) {
    const std::size_t end = deployed.find('\n', at);
    const std::string line = deployed.substr(at, end - at + 1);
    at = end + 1;
    if (line == "\n" || line.front() == '#') continue;
    ++settings;
    CHECK_THAT(config, test::has_text("\n" + line));
  }
  CHECK(settings >= 5);
  CHECK_THAT(config, test::has_text("port 0\n"));
}

TEST_CASE("a folder in which no socket fits is refused with the reason", "[cli]") {
  CHECK(PrivateRedis{"/tmp/platen"}.check());
  CHECK_THAT(PrivateRedis{"/tmp/" + std::string(100, 'x')}.check().error().detail, test::has_text("--data-dir"));
  CHECK_FALSE(PrivateRedis{"/tmp/a\"b"}.check());
  CHECK(PrivateRedis{"/tmp/50% ?"}.url() == "unix:///tmp/50%25 %3F/redis.sock");
}

TEST_CASE("a data folder belongs to one at a time, and is made for its user only", "[cli]") {
  const test::TempDir parent;
  const std::string path = parent / "a/b/";
  {
    const auto first = DataFolder::claim(path);
    REQUIRE(first);
    CHECK(first->path() == parent / "a/b");
    CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
    CHECK(DataFolder::claim(path).error().code == Errc::conflict);
    CHECK(std::filesystem::is_directory(first->subfolder("c").value()));
  }
  CHECK(DataFolder::claim(path));
  CHECK_FALSE(DataFolder::claim("/proc/no"));
}

TEST_CASE("a program that ends is started again, until it ends too often", "[cli]") {
  Loop loop;
  std::vector<std::string> said;
  Keeper keeper(loop, [&](const std::string& text) { said.push_back(text); });
  REQUIRE(keeper.keep("false", {"/bin/sh", "-c", "exit 3"}));
  const std::stop_source never;
  const auto outcome = keeper.run(never.get_token());
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().detail, test::has_text("false ended with status 3"));
  CHECK_THAT(outcome.error().detail, test::has_text("giving up"));
  CHECK(said.size() == Keeper::most_restarts);
}

TEST_CASE("a program that cannot be started is told by its name", "[cli]") {
  Loop loop;
  Keeper keeper(loop, [](const std::string&) {});
  CHECK_THAT(keeper.keep("x", {"/no/such/program"}).error().detail, test::has_text("/no/such/program"));
}

TEST_CASE("stopping ends every program, also one that does not listen", "[cli]") {
  Loop loop;
  Keeper keeper(loop, [](const std::string&) {});
  REQUIRE(keeper.keep("deaf", {"/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"}));
  REQUIRE(keeper.keep("polite", {"/bin/sleep", "1000"}));
  keeper.stop_all({"polite", "deaf"}, std::chrono::milliseconds(50));
}
