// A renderer that was taken over: it confines itself as platen-render does, then does what its arguments say.
//   hostile_renderer free|confined|thread READABLE ACT [ARG]
// `free` does not confine itself; `thread` acts in a thread that is started once confined. Prints `done`, or
// `refused: ` and why; exit status 0 or 1, or a signal.
//   read F · list D · write F · change F · truncate F · rename F · remove F · make_folder D   a file, a folder
//   write_to N, read_from N · grow N BYTES       a descriptor that it has from its parent
//   socket · unix_socket · fork · exec PROGRAM · trace PID · kill PID · own N PID (whom N's signals go to)
//   allocate · map_shared · map_code · namespace · limits     memory without end, executable memory, a user namespace,
//   its limits up
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "worker/confine/confine.hpp"

namespace {

using namespace platen;

constexpr std::uint64_t memory_bytes = 256 << 20;
constexpr std::uint64_t file_bytes = 1 << 20;
constexpr int first_closed = 5;  // 3 and 4 are given by the test

using Arguments = std::vector<std::string>;

int number(const std::string& text) { return std::atoi(text.c_str()); }
bool opens(const std::string& path, int flags) { return static_cast<bool>(Fd(::open(path.c_str(), flags, 0600))); }

bool fork_ends_well() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return child > 0 && ::waitpid(child, nullptr, 0) == child;
}

bool grow(int file, std::size_t bytes) {
  const std::string block(1 << 16, 'x');
  for (std::size_t written = 0; written < bytes; written += block.size())
    if (::write(file, block.data(), block.size()) < 0) return false;
  return true;
}

/// Bounded, for the sake of the machine that tests it.
bool allocate() {
  constexpr std::size_t piece = 16 << 20;
  std::vector<std::vector<char>> pieces;
  try {
    for (std::size_t all = 0; all < 4 * memory_bytes; all += piece) pieces.emplace_back(piece);
  } catch (const std::bad_alloc&) {
    errno = ENOMEM;
    return false;
  }
  return true;
}

bool raise_limits() {
  const rlimit endless{RLIM_INFINITY, RLIM_INFINITY};
  return ::setrlimit(RLIMIT_DATA, &endless) == 0;
}

const std::map<std::string, std::function<bool(const Arguments&)>> acts{
    {"read", [](const Arguments& to) { return opens(to.at(0), O_RDONLY); }},
    {"list",
     [](const Arguments& to) {
       DIR* const folder = ::opendir(to.at(0).c_str());
       return folder != nullptr && ::closedir(folder) == 0;
     }},
    {"write", [](const Arguments& to) { return opens(to.at(0), O_WRONLY | O_CREAT); }},
    {"change", [](const Arguments& to) { return opens(to.at(0), O_RDWR); }},
    {"truncate", [](const Arguments& to) { return ::truncate(to.at(0).c_str(), 0) == 0; }},
    {"rename", [](const Arguments& to) { return std::rename(to.at(0).c_str(), (to.at(0) + "2").c_str()) == 0; }},
    {"remove", [](const Arguments& to) { return ::unlink(to.at(0).c_str()) == 0; }},
    {"make_folder", [](const Arguments& to) { return ::mkdir(to.at(0).c_str(), 0700) == 0; }},
    {"write_to", [](const Arguments& to) { return ::write(number(to.at(0)), "x", 1) == 1; }},
    {"read_from",
     [](const Arguments& to) {
       char byte = 0;
       return ::read(number(to.at(0)), &byte, 1) >= 0;
     }},
    {"grow", [](const Arguments& to) { return grow(number(to.at(0)), static_cast<std::size_t>(number(to.at(1)))); }},
    {"socket", [](const Arguments&) { return static_cast<bool>(Fd(::socket(AF_INET, SOCK_STREAM, 0))); }},
    {"unix_socket", [](const Arguments&) { return static_cast<bool>(Fd(::socket(AF_UNIX, SOCK_STREAM, 0))); }},
    {"fork", [](const Arguments&) { return fork_ends_well(); }},
    {"exec", [](const Arguments& to) { return ::execl(to.at(0).c_str(), "exec", nullptr) == 0; }},
    {"trace", [](const Arguments& to) { return ::ptrace(PTRACE_SEIZE, number(to.at(0)), nullptr, nullptr) == 0; }},
    {"kill", [](const Arguments& to) { return ::kill(number(to.at(0)), 0) == 0; }},
    {"own", [](const Arguments& to) { return ::fcntl(number(to.at(0)), F_SETOWN, number(to.at(1))) == 0; }},
    {"allocate", [](const Arguments&) { return allocate(); }},
    {"map_shared",
     [](const Arguments&) {
       return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
     }},
    {"map_code",
     [](const Arguments&) {
       return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
              MAP_FAILED;
     }},
    {"namespace", [](const Arguments&) { return ::unshare(CLONE_NEWUSER) == 0; }},
    {"limits", [](const Arguments&) { return raise_limits(); }},
};

}  // namespace

int main(int argc, char** argv) {
  const Arguments all(argv + 1, argv + argc);
  const std::string& how = all.at(0);
  const auto& act = acts.at(all.at(2));
  const Arguments to(all.begin() + 3, all.end());
  if (how != "free") {
    worker::close_descriptors_from(first_closed);
    if (auto confined = worker::confine({memory_bytes, file_bytes, {all.at(1)}}); !confined) {
      std::printf("not confined: %s\n", confined.error().detail.c_str());
      return 2;
    }
  }
  bool done = false;
  int error = 0;
  const auto carry_out = [&] {
    errno = 0;
    done = act(to);
    error = errno;
  };
  if (how == "thread")
    std::jthread{carry_out};
  else
    carry_out();
  std::printf("%s\n", done ? "done" : ("refused: " + errno_text(error)).c_str());
  return done ? 0 : 1;
}
