// The thread that does the housekeeping.
#pragma once

#include <thread>

#include "base/guarded.hpp"
#include "jobs/housekeeping.hpp"

namespace platen::jobs {

/// Ticks the housekeeping, which is borrowed, from its making to its end.
/// Owns: a thread. A destructor waits for the call to a port that is under way.
class Scheduler {
 public:
  Scheduler(Housekeeping& housekeeping, const Clock& clock, std::chrono::milliseconds tick);

 private:
  struct Nothing {};
  Guarded<Nothing> pause_;
  std::jthread thread_;
};

}  // namespace platen::jobs
