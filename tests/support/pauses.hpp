// Time for bounds that a busy machine must not break.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace platen::test {

/// Counts time as a process of this machine gets it: by pauses, which last the longer the busier it is.
/// Threads: any may ask.
class Pauses {
 public:
  /// So much since it was made; never more than has passed by the clock.
  [[nodiscard]] std::chrono::milliseconds passed() const { return pause * count_.load(); }

 private:
  static constexpr std::chrono::milliseconds pause{10};
  std::atomic<int> count_{0};
  std::jthread counter_{[this](const std::stop_token& stop) {
    for (; !stop.stop_requested(); ++count_) std::this_thread::sleep_for(pause);
  }};
};

}  // namespace platen::test
