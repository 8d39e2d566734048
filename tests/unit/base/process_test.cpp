#include "base/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"

using namespace std::chrono_literals;
using platen::Errc;
using platen::Fd;
using platen::Process;
using platen::ProcessOptions;
using platen::test::eventually;

namespace {

constexpr std::size_t any_bytes = 1 << 20;

ProcessOptions shell(const std::string& script) {
  ProcessOptions options;
  options.command = {"sh", "-c", script};
  return options;
}

/// The status of a child that ends by itself.
int status_of(const ProcessOptions& options) {
  auto process = Process::start(options);
  REQUIRE(process);
  return eventually([&] { return process->wait(1s); });
}

/// What a shell script prints.
std::string output_of(ProcessOptions options) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  options.descriptors.emplace_back(writing.get(), 1);
  auto process = Process::start(options);
  REQUIRE(process);
  writing.reset();
  return platen::read_all(reading, any_bytes).value();
}

bool is_alive(pid_t pid) {
  const auto stat = platen::read_file("/proc/" + std::to_string(pid) + "/stat", any_bytes);
  return stat && stat->find(") Z ") == std::string::npos;
}

}  // namespace

TEST_CASE("a child's end is known by its status", "[process]") {
  CHECK(WEXITSTATUS(status_of(shell("exit 3"))) == 3);
  const int killed = status_of(shell("kill -9 $$"));
  REQUIRE(WIFSIGNALED(killed));
  CHECK(WTERMSIG(killed) == SIGKILL);
}

TEST_CASE("a program that is not there is an error with its name", "[process]") {
  const auto process = Process::start({.command = {"/nowhere/program"}});
  REQUIRE_FALSE(process);
  CHECK_THAT(process.error().detail, platen::test::has_text("/nowhere/program"));
}

TEST_CASE("a child gets the descriptors it is given under their new numbers, even when these cross", "[process]") {
  const Fd first = platen::memory_file("first").value();
  const Fd second = platen::memory_file("second").value();
  ProcessOptions options = shell("cat <&7; cat <&8");
  options.descriptors = {{first.get(), 7}, {second.get(), 8}};
  CHECK(output_of(options) == "firstsecond");
  // Targets that are each other's sources must not overwrite what is still needed.
  options = shell("cat <&" + std::to_string(second.get()) + "; cat <&" + std::to_string(first.get()));
  REQUIRE(::lseek(first.get(), 0, SEEK_SET) == 0);
  REQUIRE(::lseek(second.get(), 0, SEEK_SET) == 0);
  options.descriptors = {{first.get(), second.get()}, {second.get(), first.get()}};
  if (first.get() < 10 && second.get() < 10) CHECK(output_of(options) == "firstsecond");  // sh knows one digit
}

TEST_CASE("a child's environment is this one's with changes on top", "[process]") {
  REQUIRE(::setenv("PLATEN_TEST_KEPT", "kept", 1) == 0);
  REQUIRE(::setenv("PLATEN_TEST_CHANGED", "old", 1) == 0);
  ProcessOptions options = shell("printf %s,%s,%s $PLATEN_TEST_KEPT $PLATEN_TEST_CHANGED $PLATEN_TEST_NEW");
  options.environment = {{"PLATEN_TEST_CHANGED", "changed"}, {"PLATEN_TEST_NEW", "new"}};
  CHECK(output_of(options) == "kept,changed,new");
}

TEST_CASE("a stop is polite first, and firm with who does not listen", "[process]") {
  auto polite = Process::start(shell("trap 'exit 5' TERM; echo; while :; do sleep 0.01; done"));
  REQUIRE(polite);
  polite->stop(1min);
  CHECK_FALSE(is_alive(polite->pid()));

  platen::test::TempDir folder;
  auto deaf = Process::start(shell("trap '' TERM; : > " + folder / "ready" + "; while :; do sleep 0.01; done"));
  REQUIRE(deaf);
  eventually([&] { return ::access((folder / "ready").c_str(), F_OK) == 0; });
  deaf->stop(1ms);
  CHECK_FALSE(is_alive(deaf->pid()));
}

TEST_CASE("a process that nobody holds any more is gone", "[process]") {
  pid_t pid = -1;
  {
    auto process = Process::start(shell("exec sleep 1000"));
    REQUIRE(process);
    pid = process->pid();
    CHECK(is_alive(pid));
  }
  CHECK_FALSE(is_alive(pid));
}

TEST_CASE("a child dies with the thread that started it", "[process]") {
  Process process;
  std::thread([&] { process = Process::start(shell("exec sleep 1000")).value(); }).join();
  eventually([&] { return process.wait(1s); });
  CHECK_FALSE(is_alive(process.pid()));
}

TEST_CASE("a child that is to ignore stop signals does, and others do not", "[process]") {
  ProcessOptions options = shell("kill -TERM $$; kill -INT $$; exit 3");
  CHECK(WIFSIGNALED(status_of(options)));
  options.ignores_stop_signals = true;
  CHECK(WEXITSTATUS(status_of(options)) == 3);
}

TEST_CASE("blocked signals of this thread are not the child's", "[process]") {
  sigset_t term;
  sigset_t before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  REQUIRE(::pthread_sigmask(SIG_BLOCK, &term, &before) == 0);
  const int status = status_of(shell("kill -TERM $$; exit 3"));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CHECK(WIFSIGNALED(status));
}
