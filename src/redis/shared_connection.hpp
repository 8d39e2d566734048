// One pipelined connection for many threads.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "base/loop.hpp"
#include "redis/caller.hpp"
#include "redis/loop_connection.hpp"

namespace platen::redis {

struct SharedConnectionOptions {
  std::chrono::milliseconds command_timeout{3000};  ///< from the call to the answer
  LoopConnectionOptions connection = {};
};

/// A connection whose commands come from any thread: all that arrive within one turn go out in one write, and
/// each caller sleeps until its own answer is there.
/// Owns: a thread with a loop and the connection. Threads: any; destroy it when nobody calls it any more.
class SharedConnection final : public Caller {
 public:
  explicit SharedConnection(Url url, SharedConnectionOptions options = {});
  ~SharedConnection() override;

  [[nodiscard]] Result<Reply> call(Arguments arguments) override;

 private:
  using Answer = std::promise<Result<Reply>>;
  struct Order {
    std::string command;
    std::shared_ptr<Answer> answer;  ///< shared with a caller that may have given up
  };

  void take_orders();

  SharedConnectionOptions options_;
  Loop loop_;
  LoopConnection connection_;
  Guarded<std::vector<Order>> orders_;
  std::jthread thread_;
};

}  // namespace platen::redis
