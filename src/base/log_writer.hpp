// The thread that carries the log's lines to where they are kept.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace platen {

/// A line on its way: its text, or its fields.
using LogEntry = std::vector<std::string>;

/// Takes lines from any thread at once, and has one thread of its own write them: a terminal that was stopped, a full
/// disk or a journal that hangs holds up nobody. Beyond `most_bytes` on their way lines are dropped and counted.
/// Owns: the thread. Threads: any.
class LogWriter {
 public:
  static constexpr std::size_t most_bytes = std::size_t{4} * 1024 * 1024;
  static constexpr std::chrono::seconds patience{2};

  /// Writes lines, in their order; on the writer's thread, and may block.
  using Write = std::function<void(const std::vector<LogEntry>&)>;
  /// A line that says how many were dropped.
  using Complaint = std::function<LogEntry(std::uint64_t)>;

  LogWriter(Write write, Complaint complaint);
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;
  /// Waits up to `patience` for what is on its way; a write that hangs longer is left behind, and with it the thread.
  ~LogWriter();

  void put(LogEntry entry);
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct State;
  static void run(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;  ///< shared with the thread, which may outlive this
  std::thread thread_;
};

/// Writes all of `text` to a descriptor, to a pipe in pieces of whole lines that nobody else's come between; drops the
/// rest when it cannot be written.
void write_lines(int descriptor, const std::vector<LogEntry>& lines);

}  // namespace platen
