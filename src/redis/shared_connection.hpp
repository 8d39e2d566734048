// One pipelined connection for many threads.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "base/loop.hpp"
#include "redis/caller.hpp"
#include "redis/loop_connection.hpp"

namespace platen::redis {

/// A command that follows each batch, and decides whether what the batch was answered may be told. Redis may take a
/// second over it (WAITAOF with `appendfsync everysec`) and hears nothing else on the connection meanwhile: what
/// arrives in that time is the next batch.
struct BatchGate {
  std::vector<std::string> command;
  bool (*lets_pass)(const Value& answer);  ///< otherwise the callers get `unavailable`
};

struct SharedConnectionOptions {
  std::chrono::milliseconds command_timeout{3000};  ///< from the call to the answer
  std::optional<BatchGate> gate = {};
  std::function<void(std::chrono::nanoseconds)> on_answer = {};  ///< how long a command took; from any thread
  LoopConnectionOptions connection = {};
};

/// A connection whose commands come from any thread: all that arrive within one turn go out in one write, and
/// each caller sleeps until its own answer is there.
/// Owns: the connection, and a thread with a loop for it. Threads: any; destroy it when nobody calls it any more.
class SharedConnection final : public Caller {
 public:
  explicit SharedConnection(Url url, SharedConnectionOptions options = {});
  ~SharedConnection() override;

  [[nodiscard]] Result<Reply> call(Arguments arguments) override;
  /// `done` is called on the connection's own thread and must not block; it is dropped when this is destroyed.
  /// Redis gone silent is noticed as LoopConnectionOptions say, not by `command_timeout`.
  void call_later(Arguments arguments, Done done) override;

 private:
  struct Order {
    std::string command;
    Done done;
  };

  void take_orders();
  void send_gated(std::vector<Order> orders);

  SharedConnectionOptions options_;
  Loop loop_;
  LoopConnection connection_;
  Guarded<std::vector<Order>> orders_;
  bool is_at_gate_ = false;  ///< a batch is under way; the loop's
  std::jthread thread_;
};

}  // namespace platen::redis
