#include "jobs/scheduler.hpp"

namespace platen::jobs {

Scheduler::Scheduler(Housekeeping& housekeeping, const Clock& clock, std::chrono::milliseconds tick)
    : thread_([this, &housekeeping, &clock, tick](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          housekeeping.tick(clock.now());
          (void)pause_.wait(
              stop, [](Nothing) { return false; }, tick);
        }
      }) {}

}  // namespace platen::jobs
