// A slot: one job after the other.
#pragma once

#include <stop_token>
#include <string>

#include "worker/slots/job_run.hpp"

namespace platen::worker {

/// Claims jobs and runs them. Threads: the one that calls `run`.
class Slot {
 public:
  Slot(WorkerId id, const SlotPorts& ports, SlotOptions options = {});

  /// Until stopped. A job that is under way then goes back to the queue, unless it is drawn already.
  void run(const std::stop_token& stop);

 private:
  /// One claim and what follows from it.
  void turn(const std::stop_token& stop);
  void wait_out(const Error& error, const std::stop_token& stop);

  WorkerId id_;
  SlotPorts ports_;
  SlotOptions options_;
  std::string nonce_;  ///< kept until a claim is granted: one whose answer was lost is asked for again
  Backoff backoff_;    ///< of claims
  Backoff trouble_;    ///< of jobs that failed for want of something here: they must not all run into it
  bool ready_ = false;
};

}  // namespace platen::worker
