// Calls of a script that come at one moment, in one call of Redis.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/guarded.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Calls a script that takes several calls' words at once (`answer_each` in lua/prelude.lua) and answers each by
/// itself: what Redis spends on a call, on making the script's functions and on the AOF's transaction is spent once for
/// all. Words wait for others only while two calls are under way, which Redis would work off before them anyway; a call
/// that is full does not wait. They are called in the order in which they came. Borrows the shard's connection; copies
/// share what waits. Threads: those of the connection.
class CallBatches {
 public:
  /// The answer is gone when this returns. Errors: those of `error_of`, and the connection's. Runs in the connection's
  /// thread; what has not been answered when that is destroyed is dropped.
  using Done = std::function<void(const Result<redis::Value>& answer)>;

  /// `common` goes before all words.
  CallBatches(Shard shard, const Script& script, std::vector<std::string> common = {})
      : state_(std::make_shared<State>(std::move(shard), script, std::move(common))) {}

  void call_later(std::vector<std::string> words, Done done);
  /// The same, and waits; `read` makes a Result of the answer, in the connection's thread. `unavailable` when there is
  /// none in time: the script may have run all the same.
  template <class Read>
  [[nodiscard]] std::invoke_result_t<Read, const Result<redis::Value>&> call(std::vector<std::string> words, Read read);

 private:
  struct Call {
    std::vector<std::string> words;
    Done done;
  };
  struct Waiting {
    std::vector<Call> calls;
    int under_way = 0;
  };
  struct State {
    State(Shard on, const Script& calls, std::vector<std::string> words)
        : shard(std::move(on)), script(calls), common(std::move(words)) {}
    Shard shard;
    const Script& script;
    std::vector<std::string> common;
    Guarded<Waiting> waiting = {};
  };

  /// Makes the next call of Redis, where one is due; false where none is.
  static bool call_next(const std::shared_ptr<State>& state);

  /// A connection that Redis does not answer is given up sooner.
  static constexpr std::chrono::seconds longest_wait{5};

  std::shared_ptr<State> state_;
};

template <class Read>
std::invoke_result_t<Read, const Result<redis::Value>&> CallBatches::call(std::vector<std::string> words, Read read) {
  const auto answered = std::make_shared<std::promise<std::invoke_result_t<Read, const Result<redis::Value>&>>>();
  call_later(std::move(words), [answered, read = std::move(read)](const Result<redis::Value>& answer) {
    answered->set_value(read(answer));
  });
  auto future = answered->get_future();
  if (future.wait_for(longest_wait) != std::future_status::ready) return fail(redis::not_reachable());
  return future.get();
}

}  // namespace platen::queue
