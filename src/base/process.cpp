#include "base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <thread>

namespace platen {

namespace {

/// The environment of this process with `changes` on top, as execve wants it.
std::vector<std::string> merged_environment(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& change : changes) replaced = replaced || change.first == name;
    if (!replaced) merged.emplace_back(text);
  }
  for (const auto& [name, value] : changes) merged.push_back(name + "=" + value);
  return merged;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

constexpr int parking_base = 200;  // above every number that a child is given

/// Between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(const ProcessOptions& options, char* const* arguments, char* const* environment, pid_t parent,
                         int report) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (options.ignores_stop_signals) {
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGINT, SIG_IGN);
  }
  bool ready = !options.own_group || ::setpgid(0, 0) == 0;
  if (options.dies_with_parent) {
    ready = ready && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
    if (::getppid() != parent) ::_exit(127);
  }
  // Park all first, so that no target overwrites a source that is still needed.
  int parked = parking_base;
  for (const auto& pair : options.descriptors) ready = ready && ::dup3(pair.first, parked++, O_CLOEXEC) >= 0;
  parked = parking_base;
  for (const auto& pair : options.descriptors) ready = ready && ::dup2(parked++, pair.second) >= 0;
  if (ready) ::execvpe(arguments[0], arguments, environment);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

Result<Process> Process::start(const ProcessOptions& options) {
  std::vector<std::string> command = options.command;
  std::vector<std::string> environment = merged_environment(options.environment);
  const std::vector<char*> arguments = pointers_to(command);
  const std::vector<char*> variables = pointers_to(environment);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Errc::internal, "pipe2: " + errno_text(errno));
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return fail(Errc::internal, "fork: " + errno_text(errno));
  if (child == 0) become(options, arguments.data(), variables.data(), parent, write_end.get());
  write_end.reset();
  int error = 0;
  if (::read(read_end.get(), &error, sizeof error) == sizeof error) {
    ::waitpid(child, nullptr, 0);
    return fail(Errc::internal, "cannot start '" + options.command.at(0) + "': " + errno_text(error));
  }
  Process process;
  process.pid_ = child;
  process.pidfd_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  return process;
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)), status_(other.status_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    kill_and_reap();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
    status_ = other.status_;
  }
  return *this;
}

Process::~Process() { kill_and_reap(); }

void Process::kill_and_reap() noexcept {
  if (pid_ <= 0 || status_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) const noexcept {
  if (pid_ > 0 && !status_) ::kill(pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds at_most) {
  if (status_) return status_;
  pollfd ended{pidfd_.get(), POLLIN, 0};
  ::poll(&ended, 1, static_cast<int>(at_most.count()));
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  return status_;
}

void Process::stop(std::chrono::milliseconds grace) {
  if (pid_ <= 0) return;
  signal(SIGTERM);
  if (wait(grace)) return;
  kill_and_reap();
  status_ = SIGKILL;
}

std::string program_directory() {
  char path[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0) throw std::system_error(errno, std::generic_category(), "/proc/self/exe");
  const std::string_view program(path, static_cast<std::size_t>(length));
  return std::string(program.substr(0, program.rfind('/')));
}

struct StopOnSignals::Waiter {
  Fd signals;
  std::jthread thread;
};

StopOnSignals::StopOnSignals() : waiter_(std::make_unique<Waiter>()) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  waiter_->signals = Fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!waiter_->signals) throw std::system_error(errno, std::generic_category(), "signalfd");
  waiter_->thread = std::jthread([this](std::stop_token done) {
    constexpr int look_for_end_ms = 100;
    while (!done.stop_requested()) {
      pollfd readable{waiter_->signals.get(), POLLIN, 0};
      if (::poll(&readable, 1, look_for_end_ms) > 0) {
        signalfd_siginfo info{};
        if (::read(waiter_->signals.get(), &info, sizeof info) > 0) source_.request_stop();
      }
    }
  });
}

StopOnSignals::~StopOnSignals() = default;

}  // namespace platen
