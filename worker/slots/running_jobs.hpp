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
    Entry(RunningJobs& jobs, JobId job) : jobs_(jobs), job_(std::move(job)) {
      jobs_.canceled_.lock()->emplace(job_, false);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { jobs_.canceled_.lock()->erase(job_); }
    [[nodiscard]] bool is_canceled() const { return jobs_.canceled_.lock()->at(job_); }

   private:
    RunningJobs& jobs_;
    JobId job_;
  };

  /// Marks a job as canceled; one that does not run here is ignored.
  void cancel(const JobId& job) {
    auto canceled = canceled_.lock();
    if (const auto found = canceled->find(job); found != canceled->end()) found->second = true;
  }

 private:
  Guarded<std::map<JobId, bool>> canceled_;
};

}  // namespace platen::worker
