// A clock that the test ticks.
#pragma once

#include <chrono>

#include "platen/time.hpp"

namespace platen::test {

/// Threads: one.
class HandClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  TimePoint now_{std::chrono::seconds(1'772'366'400)};  // 2026-03-01T12:00:00Z
};

}  // namespace platen::test
