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
  [[nodiscard]] Result<std::optional<Claim>> next_claim();
  /// A job that was claimed but will not be run.
  void give_back();
  void wait_out(const Error& error, const std::stop_token& stop);

  SlotPorts ports_;
  SlotOptions options_;
  Claimant self_;  ///< its nonce is kept until a claim is granted: one whose answer was lost is asked for again
  std::optional<std::optional<Claim>> known_;  ///< what came with the answer to the last job's end: a claim, or none
  SpanTime asked_at_;                          ///< when the last claim was asked for
  Backoff backoff_;                            ///< of claims
  Backoff trouble_;  ///< of jobs that failed for want of something here: they must not all run into it
  bool ready_ = false;
};

}  // namespace platen::worker
