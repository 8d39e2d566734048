// How the queue treats leases and retries.
#pragma once

#include <chrono>

namespace platen::queue {

struct QueueOptions {
  std::chrono::milliseconds lease{15'000};         ///< renewed by its holder every third of it
  std::chrono::milliseconds backoff_base{2'000};   ///< most that the first retry waits; doubled with each …
  std::chrono::milliseconds backoff_cap{600'000};  ///< … up to this
};

}  // namespace platen::queue
