// What a renderer that was taken over can still do. Each act is tried unconfined first: it fails for no other reason.
#include "worker/confine/confine.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "base/fd.hpp"
#include "base/process.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace std::chrono_literals;
using namespace platen;

namespace {

using Act = std::vector<std::string>;

constexpr int refused = 1;

/// The process's end: its exit status, or the signal's number, negative.
int run(const std::string& how, const std::string& readable, const Act& act, const Fd& given) {
  ProcessOptions options;
  options.command = {std::string(PLATEN_BINARIES) + "/hostile_renderer", how, readable};
  options.command.insert(options.command.end(), act.begin(), act.end());
  options.descriptors = {{given.get(), 3}, {given.get(), 4}, {given.get(), 7}};
  auto process = Process::start(options);
  REQUIRE(process);
  const auto status = process->wait(60s);
  REQUIRE(status);
  return WIFSIGNALED(*status) ? -WTERMSIG(*status) : WEXITSTATUS(*status);
}

/// A folder that it may read, with a file `in`; another one with a file `secret`; descriptors that it is given.
struct Place {
  test::TempDir readable;
  test::TempDir other;
  Fd given;

  Place() {
    REQUIRE(write_file(readable / "in", "in", 0600));
    REQUIRE(write_file(other / "secret", "secret", 0600));
    given = Fd(::open((other / "given").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(given);
  }
  int free(const Act& act) const { return run("free", readable.path().string(), act, given); }
  int confined(const Act& act) const { return run("confined", readable.path().string(), act, given); }
  int in_thread(const Act& act) const { return run("thread", readable.path().string(), act, given); }
};

bool has_landlock() { return worker::confinement_here().find("no Landlock") == std::string::npos; }
std::string pid_text() { return std::to_string(::getpid()); }

}  // namespace

TEST_CASE("a confined process reads where it may, and works with the descriptors that it was given", "[confine]") {
  const Place place;
  CHECK(place.confined({"read", place.readable / "in"}) == 0);
  CHECK(place.confined({"list", place.readable.path().string()}) == 0);
  CHECK(place.confined({"write_to", "3"}) == 0);
  CHECK(place.confined({"read_from", "4"}) == 0);
  CHECK(place.in_thread({"read", place.readable / "in"}) == 0);
}

TEST_CASE("a confined process opens no other file", "[confine]") {
  const Place place;
  // Without Landlock nothing but the files' own modes protects them; what is in force stands in the worker's log.
  const int expected = has_landlock() ? refused : 0;
  for (const Act& act : {Act{"read", place.other / "secret"}, Act{"list", place.other.path().string()},
                         Act{"read", "/etc/passwd"}, Act{"read", "/proc/" + pid_text() + "/environ"}}) {
    CAPTURE(act);
    CHECK(place.free(act) == 0);
    CHECK(place.confined(act) == expected);
    CHECK(place.in_thread(act) == expected);
  }
}

TEST_CASE("a confined process changes no file, not even where it may read", "[confine]") {
  for (const auto& [verb, name] : {std::pair{"write", "new"},
                                   {"change", "in"},
                                   {"truncate", "in"},
                                   {"rename", "in"},
                                   {"remove", "in"},
                                   {"make_folder", "folder"}}) {
    const Place place;
    const Act act{verb, place.readable / name};
    CAPTURE(act);
    CHECK(place.confined(act) == refused);
    CHECK(place.in_thread(act) == refused);
    CHECK(place.free(act) == 0);
  }
}

TEST_CASE("a confined process has no network, no children and no hold on others", "[confine]") {
  const Place place;
  for (const Act& act : {Act{"socket"}, Act{"unix_socket"}, Act{"fork"}, Act{"kill", pid_text()},
                         Act{"own", "3", pid_text()}, Act{"map_code"}, Act{"map_shared"}}) {
    CAPTURE(act);
    CHECK(place.free(act) == 0);
    CHECK(place.confined(act) == refused);
    CHECK(place.in_thread(act) == refused);
  }
}

TEST_CASE("what no library does by accident ends a confined process", "[confine]") {
  const Place place;
  for (const Act& act : {Act{"exec", "/bin/true"}, Act{"trace", pid_text()}, Act{"namespace"}}) {
    CAPTURE(act);
    CHECK(place.confined(act) == -SIGSYS);
    CHECK(place.in_thread(act) == -SIGSYS);
  }
}

TEST_CASE("a confined process stays within its limits, and cannot lift them", "[confine]") {
  const Place place;
  CHECK(place.free({"allocate"}) == 0);
  CHECK(place.confined({"allocate"}) == refused);
  CHECK(place.confined({"limits"}) == refused);
  CHECK(place.confined({"grow", "3", "500000"}) == 0);
  CHECK(place.confined({"grow", "3", "2000000"}) == refused);
  CHECK(place.free({"grow", "3", "2000000"}) == 0);
}

TEST_CASE("a confined process does not keep what else it inherited", "[confine]") {
  const Place place;
  CHECK(place.free({"write_to", "7"}) == 0);
  CHECK(place.confined({"write_to", "7"}) == refused);
}
