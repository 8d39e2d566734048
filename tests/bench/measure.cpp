// What a command costs: `measure COMMAND [ARGUMENT…]` runs it and prints to stdout, in one line, its wall time in
// seconds, the peak of the memory of all its processes together in MiB, and the peak of what of that no file backs
// (programs, libraries and mapped input are left out there). The command's own stdout and stderr are dropped, unless it
// fails: then its stderr is shown and its exit code is ours. Samples every 10 ms, so that shorter peaks may be missed;
// the kernel's own figure for the largest single process is the least that is told.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

namespace {

constexpr std::chrono::milliseconds sample_every{10};

struct Memory {
  long resident_kib = 0;
  long anonymous_kib = 0;
};

/// Adds the memory of all descendants of `process`, one that ends meanwhile included as far as it was seen.
void add_descendants(const std::string& process, Memory& memory) {
  std::ifstream children("/proc/" + process + "/task/" + process + "/children");
  for (std::string child; children >> child;) {
    std::ifstream status("/proc/" + child + "/status");
    for (std::string line; std::getline(status, line);) {
      const auto value = [&](const char* key) {
        return line.starts_with(key) ? std::atol(line.c_str() + line.find(':') + 1) : 0;
      };
      memory.resident_kib += value("VmRSS:");
      memory.anonymous_kib += value("RssAnon:") + value("RssShmem:");
    }
    // A thread may have children of its own; of the peers only Chromium's has, and those it hands to the main thread.
    add_descendants(child, memory);
  }
}

[[noreturn]] void become(char** command, int errors) {
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nowhere, STDIN_FILENO);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  ::execvp(command[0], command);
  std::perror(command[0]);
  std::_Exit(127);
}

void show(int errors) {
  char bytes[4096];
  ::lseek(errors, 0, SEEK_SET);
  for (ssize_t count = 0; (count = ::read(errors, bytes, sizeof bytes)) > 0;)
    std::fwrite(bytes, 1, static_cast<std::size_t>(count), stderr);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("usage: measure COMMAND [ARGUMENT…]\n", stderr);
    return 2;
  }
  // Who loses its parent becomes our child, and is counted on.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const int errors = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  const auto began = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child < 0) return 127;
  if (child == 0) become(words + 1, errors);
  Memory peak;
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, WNOHANG, &usage) == 0) {
    Memory now;
    add_descendants(std::to_string(::getpid()), now);
    peak.resident_kib = std::max(peak.resident_kib, now.resident_kib);
    peak.anonymous_kib = std::max(peak.anonymous_kib, now.anonymous_kib);
    std::this_thread::sleep_for(sample_every);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  peak.resident_kib = std::max(peak.resident_kib, usage.ru_maxrss);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (code != 0) show(errors);
  fmt::print("{:.3f} {} {}\n", seconds, peak.resident_kib / 1024, peak.anonymous_kib / 1024);
  return code;
}
