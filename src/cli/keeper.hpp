// Processes that are kept running, and stopped in order.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "base/process.hpp"
#include "platen/error.hpp"

namespace platen::cli {

/// Starts a program again whenever it ends, up to a rate, and says so.
/// Owns: the processes; they die with the thread that made them, which must be the one that runs the loop.
/// Threads: the loop's.
class Keeper {
 public:
  /// More ends than this within the window, and a program is given up.
  static constexpr std::size_t most_restarts = 5;
  static constexpr std::chrono::seconds restart_window{60};
  static constexpr std::chrono::milliseconds restart_pause{300};

  using Say = std::function<void(const std::string&)>;
  Keeper(Loop& loop, Say say) : loop_(loop), say_(std::move(say)) {}

  /// Starts a program; `name` is for messages. Until `run`, one that ends is left alone: see `end_of`.
  [[nodiscard]] Result<void> keep(const std::string& name, std::vector<std::string> command);
  /// What to run from the next restart on.
  void change(const std::string& name, std::vector<std::string> command);
  /// How a program ended (`end_text`), while it is not running.
  [[nodiscard]] std::optional<std::string> end_of(const std::string& name) const;

  /// Turns the loop until stopped, or until a program is given up, which is the error.
  [[nodiscard]] Result<void> run(const std::stop_token& stop);
  /// Stops the named programs in this order, each within `grace`; no restarts from here on.
  void stop_all(const std::vector<std::string>& order, std::chrono::milliseconds grace);

 private:
  struct Program final : Pollable {
    explicit Program(Keeper& owner) : keeper(owner) {}
    void on_ready(Readiness) override { keeper.on_end(*this); }
    Keeper& keeper;
    std::string name;
    std::vector<std::string> command;
    Process process;
    Loop::Watch watch;
    Loop::Timer restart;
    std::optional<int> last_status;
    std::deque<Loop::SteadyTime> ends;
  };

  [[nodiscard]] Result<void> start(Program& program);
  void on_end(Program& program);
  void start_again(Program& program);
  void give_up(Error error);
  [[nodiscard]] Program* find(const std::string& name) const;

  Loop& loop_;
  Say say_;
  std::vector<std::unique_ptr<Program>> programs_;
  bool restarts_ = false;
  std::stop_source given_up_;
  Result<void> outcome_;
};

/// `ended with status 69`, `was killed by signal 9`, of a wait status.
[[nodiscard]] std::string end_text(int wait_status);

}  // namespace platen::cli
