// Which jobs this worker runs now, and which of them are to stop.
#pragma once

#include <map>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "platen/observation.hpp"

namespace platen::worker {

/// Threads: any. Slots enter their jobs, the listener for cancels marks them.
class RunningJobs {
  struct State {
    TimePoint since;
    bool is_canceled = false;
  };

 public:
  /// Keeps a job entered for as long as it lives; must not outlive the RunningJobs.
  class Entry {
   public:
    Entry(RunningJobs& jobs, const JobId& job)
        : jobs_(jobs), place_(jobs_.jobs_.lock()->emplace(job, State{SystemClock().now()})) {}
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { jobs_.jobs_.lock()->erase(place_); }
    [[nodiscard]] bool is_canceled() const {
      const auto jobs = jobs_.jobs_.lock();
      return place_->second.is_canceled;
    }

   private:
    RunningJobs& jobs_;
    std::multimap<JobId, State>::iterator place_;
  };

  [[nodiscard]] std::size_t count() { return jobs_.lock()->size(); }
  [[nodiscard]] std::vector<RunningJob> all() {
    std::vector<RunningJob> all;
    for (const auto& [job, state] : *jobs_.lock()) all.push_back({job, state.since});
    return all;
  }

  /// Marks a job as canceled; one that does not run here is ignored.
  void cancel(const JobId& job) {
    auto jobs = jobs_.lock();
    for (auto [at, end] = jobs->equal_range(job); at != end; ++at) at->second.is_canceled = true;
  }

 private:
  // Not a map: one slot may draw a job whose lease it lost while another has it already.
  Guarded<std::multimap<JobId, State>> jobs_;
};

}  // namespace platen::worker
