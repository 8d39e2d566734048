// Time as the slots see it: a port, so that tests tick by hand.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>

#include "base/guarded.hpp"

namespace platen::worker {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Threads: one slot's.
class Pace {
 public:
  virtual ~Pace() = default;
  [[nodiscard]] virtual SteadyTime now() const = 0;
  /// Returns early when stopped.
  virtual void pause(std::chrono::milliseconds length, const std::stop_token& stop) = 0;
};

class RealPace final : public Pace {
 public:
  [[nodiscard]] SteadyTime now() const override { return std::chrono::steady_clock::now(); }
  void pause(std::chrono::milliseconds length, const std::stop_token& stop) override {
    (void)never_.wait(
        stop, [](bool) { return false; }, length);
  }

 private:
  Guarded<bool> never_{false};
};

/// How long to wait between attempts at what keeps failing: doubled each time, up to a bound. A value.
class Backoff {
 public:
  static constexpr std::chrono::milliseconds first{50};
  static constexpr std::chrono::milliseconds last{1000};  // Redis is back at work within 5 s of returning

  [[nodiscard]] std::chrono::milliseconds next() {
    const std::chrono::milliseconds length = next_;
    next_ = std::min(last, 2 * next_);
    return length;
  }
  void reset() { next_ = first; }
  /// Nothing has failed since the last reset.
  [[nodiscard]] bool is_fresh() const { return next_ == first; }

 private:
  std::chrono::milliseconds next_ = first;
};

}  // namespace platen::worker
