// Points in time. Durations are std::chrono's own.
#pragma once

#include <chrono>

namespace platen {

/// A moment of wall time, as Redis TIME or the system clock tells it, in whole milliseconds (UTC).
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where the time comes from. A port, so that tests tick by hand.
/// Threads: any.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
};

}  // namespace platen
