// Clients that go on, whatever is taken away from a Platen meanwhile.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/installation.hpp"

namespace platen::test {

/// What clients know.
struct SeenByClients {
  std::map<std::string, std::vector<SeenEvent>> streams;  ///< by job: all its events, over all connections
  std::deque<std::string> to_watch;
  std::size_t begun = 0;  ///< reports that were submitted, or are to be until somebody takes them
  std::size_t done = 0;
  bool is_over = false;  ///< nothing more is begun
};

/// Submits report after report and watches each to its end, at one front end and, when that breaks off, at the other.
/// One that is refused, or whose stream breaks off, holds up no other.
/// Owns: its threads. Borrows the fleet, with at least one front end.
class SteadyClients {
 public:
  /// `most_open` reports at a time are begun and not seen to end.
  SteadyClients(const Fleet& fleet, std::string key, std::size_t most_open);

  [[nodiscard]] std::size_t done() { return seen_.lock()->done; }
  /// Begins no more, waits until all have ended, and tells what was seen.
  [[nodiscard]] SeenByClients finish();
  /// Arguments of curl with the key.
  [[nodiscard]] std::vector<std::string> as_myself(std::vector<std::string> arguments) const;

 private:
  using Steady = std::chrono::steady_clock;

  void submit_all();
  /// The next report's number, one that was refused or a new one; nullopt after a while in which there is none.
  [[nodiscard]] std::optional<std::size_t> next_report();
  [[nodiscard]] std::string submit(std::size_t number) const;
  void watch_all();
  [[nodiscard]] std::vector<SeenEvent> watch(const std::string& job, const std::vector<SeenEvent>& so_far,
                                             std::size_t front) const;
  /// Whether nothing is left to do, or there was time enough for it.
  [[nodiscard]] bool has_finished();

  const Fleet& fleet_;
  std::string key_;
  std::size_t most_open_;
  std::string rows_;
  std::deque<std::size_t> refused_;  ///< the submitter's
  bool prefers_refused_ = false;     ///< the submitter's
  Guarded<SeenByClients> seen_;
  Guarded<std::optional<Steady::time_point>> until_;
  std::list<std::jthread> threads_;
};

}  // namespace platen::test
