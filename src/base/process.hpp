// Child processes, started by exec and never left behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.hpp"

namespace platen {

/// How to start a child. Descriptors are borrowed; every other one that is not close-on-exec is inherited.
struct ProcessOptions {
  std::vector<std::string> command;                              ///< program (a path, or a name on PATH) and arguments
  std::vector<std::pair<std::string, std::string>> environment;  ///< set on top of this process's
  std::vector<std::pair<int, int>> descriptors;                  ///< {ours, the child's}
  /// The child is killed when the *thread* that started it ends (PR_SET_PDEATHSIG).
  bool dies_with_parent = true;
  /// The child leads a process group of its own: a terminal's Ctrl-C reaches only its parent, which then decides.
  bool own_group = false;
  /// The child ignores SIGTERM and SIGINT. Terminals and service managers send them to every process at once,
  /// also to helpers whose owner alone should say when they end.
  bool ignores_stop_signals = false;
};

/// A running child.
/// Owns: the process; destroying it kills (SIGKILL) and reaps. Threads: one at a time.
class Process {
 public:
  [[nodiscard]] static Result<Process> start(const ProcessOptions& options);

  Process() noexcept = default;
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// A descriptor that is readable once the child has ended (pidfd_open).
  [[nodiscard]] const Fd& pidfd() const noexcept { return pidfd_; }
  void signal(int number) const noexcept;
  /// The wait status once it has ended; nullopt while it runs after `at_most`.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds at_most);
  /// SIGTERM, then SIGKILL after `grace`; reaps.
  void stop(std::chrono::milliseconds grace);

 private:
  void kill_and_reap() noexcept;
  pid_t pid_ = -1;
  Fd pidfd_;
  std::optional<int> status_;
};

/// The folder of this program's binary, where its siblings lie.
[[nodiscard]] std::string program_directory();

/// A source of stop that SIGTERM and SIGINT trip. Blocks both signals in the calling thread and all that
/// it starts later, so construct it first in `main`; a thread of its own waits for them.
class StopOnSignals {
 public:
  StopOnSignals();
  ~StopOnSignals();
  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }

 private:
  struct Waiter;
  std::stop_source source_;
  std::unique_ptr<Waiter> waiter_;
};

}  // namespace platen
