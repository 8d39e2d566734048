// How jobs get onto the queue.
#pragma once

#include "platen/queue.hpp"
#include "queue/call_batches.hpp"
#include "queue/options.hpp"

namespace platen::queue {

/// Submits jobs by submit.lua, those of one moment in one call.
/// Borrows the shard's connection. Threads: those of the connection; `done` runs in its own.
class Submits {
 public:
  using Done = JobSubmitter::Submitted;

  Submits(const Shard& shard, const QueueLimits& limits);

  /// Waits for the answer.
  [[nodiscard]] Result<Job> submit(const Submission& submission);
  void submit_later(Submission submission, Done done);

 private:
  QueueLimits limits_;
  CallBatches calls_;
};

}  // namespace platen::queue
