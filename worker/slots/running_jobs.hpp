// Which jobs this worker runs now, and which of them are to stop.
#pragma once

#include <map>

#include "base/guarded.hpp"
#include "platen/ids.hpp"

namespace platen::worker {

/// Threads: any. Slots enter their jobs, the listener for cancels marks them.
class RunningJobs {
 public:
  /// Keeps a job entered for as long as it lives; must not outlive the RunningJobs.
  class Entry {
   public:
    Entry(RunningJobs& jobs, const JobId& job) : jobs_(jobs), place_(jobs_.canceled_.lock()->emplace(job, false)) {}
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { jobs_.canceled_.lock()->erase(place_); }
    [[nodiscard]] bool is_canceled() const {
      const auto canceled = jobs_.canceled_.lock();
      return place_->second;
    }

   private:
    RunningJobs& jobs_;
    std::multimap<JobId, bool>::iterator place_;
  };

  [[nodiscard]] std::size_t count() { return canceled_.lock()->size(); }

  /// Marks a job as canceled; one that does not run here is ignored.
  void cancel(const JobId& job) {
    auto canceled = canceled_.lock();
    for (auto [at, end] = canceled->equal_range(job); at != end; ++at) at->second = true;
  }

 private:
  // Not a map: one slot may draw a job whose lease it lost while another has it already.
  Guarded<std::multimap<JobId, bool>> canceled_;
};

}  // namespace platen::worker
