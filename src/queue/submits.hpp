// How jobs get onto the queue: those of one moment in one call.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "platen/queue.hpp"
#include "queue/options.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// A call of submit.lua takes several jobs: what Redis spends on a call, and on making the script's functions, is spent
/// once for all of them. A job waits for others only while two calls are under way, which Redis would work off before
/// it anyway; a call that is full does not wait. Borrows the shard's connection. Threads: those of the connection;
/// `done` runs in its own, and what has not been answered when that is destroyed is dropped.
class Submits {
 public:
  using Done = JobSubmitter::Submitted;

  Submits(Shard shard, QueueLimits limits) : state_(std::make_shared<State>(std::move(shard), limits)) {}

  /// Alone, and waits.
  [[nodiscard]] Result<Job> submit(const Submission& submission);
  void submit_later(Submission submission, Done done);

 private:
  struct Order {
    Submission submission;
    std::vector<std::string> words;  ///< of it, for submit.lua; gone when it is called
    Done done;
  };
  struct Waiting {
    std::vector<Order> orders;
    int calls = 0;  ///< under way
  };
  struct State {
    State(Shard of, QueueLimits has) : shard(std::move(of)), limits(has) {}
    Shard shard;
    QueueLimits limits;
    Guarded<Waiting> waiting = {};
  };

  /// Makes the next call, where one is due; false where none is.
  static bool call_next(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace platen::queue
