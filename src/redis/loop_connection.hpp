// A connection that a loop drives: pipelined commands, or a subscriber's pushes.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "base/loop.hpp"
#include "redis/approach.hpp"

namespace platen::redis {

struct LoopConnectionOptions {
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds first_retry{20};   ///< doubled with each attempt that fails …
  std::chrono::milliseconds last_retry{800};   ///< … up to this, so that all is well within 5 s of Redis returning
  std::chrono::milliseconds ping_after{1000};  ///< of silence
  std::chrono::milliseconds silence_at_most{3000};  ///< after a ping; with the above, noticed within 5 s
  std::size_t most_pending = 20'000;                ///< commands without an answer; more are `busy`
  std::size_t most_unsent_bytes = 64UL << 20U;      ///< the same, by size
};

/// Keeps one connection to Redis up, connecting again whenever it is lost; with sentinels, to whom they name then. An
/// address by name is looked up on the loop's thread, which waits for it: prefer numbers and sockets.
/// Owns: its socket and timers. Threads: the loop's. Destroy it outside of a turn.
class LoopConnection final : private Pollable {
 public:
  using Done = std::function<void(Result<Reply>)>;

  /// What its owner hears of. None of them may destroy the connection.
  struct Events {
    std::function<void()> up = [] {};
    std::function<void()> down = [] {};  ///< only after `up`
    /// Set: this is a subscriber, and everything that Redis says comes here. Commands have no answers of their own.
    std::function<void(const Value&)> pushed = {};
  };

  LoopConnection(Loop& loop, Url url, Events events, LoopConnectionOptions options = {});
  ~LoopConnection() override;

  /// Sends a command with this turn's others. `done` is called once, from a later callback of the loop; the
  /// destructor drops those that are still to come. Before the first connection commands wait for it; once it has
  /// failed they are refused until the next is up. Nothing is sent twice.
  void call(Arguments arguments, Done done);
  /// The same for a command that is already in the protocol's form.
  void call_encoded(std::string_view command, Done done);
  /// For subscribers: sends when up, else drops: `up` is the time to subscribe.
  void send(Arguments arguments);

  [[nodiscard]] bool is_up() const noexcept { return state_ == State::up; }

 private:
  enum class State { waiting, connecting, logging_in, up };

  void on_ready(Readiness ready) override;
  void begin();
  void dial();
  void open();
  void log_in();
  void hear();
  /// Takes the replies that are whole.
  void take_whole();
  void take();
  void take_login(const Value& reply);
  void become_up();
  void lose(const Error& reason);
  void fail_pending();
  void schedule_flush();
  void flush();
  void tick();
  [[nodiscard]] bool is_subscriber() const noexcept { return static_cast<bool>(events_.pushed); }

  Loop& loop_;
  Approach approach_;
  Events events_;
  LoopConnectionOptions options_;
  State state_ = State::waiting;
  std::optional<Wire> wire_;
  Reply heard_;  ///< the last answer; a subscriber's memory for all of them
  Loop::Watch watch_;
  Loop::Timer retry_;
  Loop::Timer tick_;
  std::deque<Done> pending_;  ///< in the order of their commands
  std::string held_;          ///< commands that wait for the login
  unsigned attempt_ = 0;      ///< since it was last up
  bool wants_write_ = false;
  bool flush_scheduled_ = false;
  bool reported_ = false;   ///< the present outage stands in the log
  bool pinged_ = false;     ///< and nothing was heard since
  Loop::SteadyTime since_;  ///< of the dial; once up, of what was last heard or pinged
};

}  // namespace platen::redis
