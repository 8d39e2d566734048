// A whole worker: its slots, and what they share.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <stop_token>
#include <string>
#include <vector>

#include "queue/options.hpp"
#include "queue/shards/work_bell.hpp"
#include "redis/url.hpp"
#include "store/stores.hpp"
#include "worker/slots/render_process.hpp"
#include "worker/slots/running_jobs.hpp"
#include "worker/slots/slot.hpp"
#include "worker/slots/tally.hpp"

namespace platen::worker {

struct WorkerOptions {
  std::vector<redis::Url> redis;  ///< of the shards, by number
  std::string data_dir;
  std::optional<s3::Target> bucket = {};  ///< where files are kept; nullopt: in `data_dir`
  std::uint32_t slots = 1;
  unsigned threads = 1;  ///< for drawing, over all slots
  queue::QueueOptions queue;
  RenderProcessOptions renderer;
  std::string version = {};  ///< of this program, for its report
  Tracer* tracer = nullptr;  ///< borrowed; null: nothing is traced
};

/// Runs `slots` slots, each on a thread with its own connections and drawing process.
/// Threads: the one that made it.
/// Errors: the constructor throws std::system_error where the data folder cannot be used.
class Worker {
 public:
  explicit Worker(WorkerOptions options);

  /// Until stopped and every slot has let go of its job. An exception in a slot stops all and is thrown here.
  void run(const std::stop_token& stop);

 private:
  struct Commands;
  void run_slot(std::uint32_t number, const std::deque<Commands>& commands, queue::WorkBell* bell,
                const std::stop_token& stop);
  /// Tells the queue every few seconds that this worker lives, and what it does.
  void report(const std::deque<Commands>& commands, const std::stop_token& stop);

  WorkerOptions options_;
  std::string name_;  ///< of this worker, over machines and restarts
  StorePair stores_;
  TimePoint started_at_;
  RunningJobs running_;
  Tally tally_;
};

}  // namespace platen::worker
