// Wakes a worker's idle slots, whichever Redis has work.
#pragma once

#include <chrono>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "queue/keys.hpp"
#include "redis/url.hpp"

namespace platen::queue {

/// While any slot waits, blocks on every shard's bell. A token that comes when none waits any more is given back, so
/// that another worker hears it.
/// Owns: a thread and a connection for each shard. Threads: any may wait; at its end nobody does.
class WorkBell {
 public:
  explicit WorkBell(const std::vector<redis::Url>& shards);
  ~WorkBell();

  /// Until a bell rings for this slot; a shard that is away rings none.
  void wait(std::chrono::milliseconds at_most);

 private:
  struct State {
    unsigned waiting = 0;  ///< slots
    unsigned woken = 0;    ///< of these, that have yet to notice
  };

  void listen(const std::stop_token& stop, const redis::Url& url, const Keys& keys);

  Guarded<State> state_;
  std::vector<std::jthread> threads_;
};

}  // namespace platen::queue
