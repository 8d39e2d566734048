// The right to work on a job for a while.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platen/ids.hpp"
#include "platen/time.hpp"
#include "platen/trace.hpp"

namespace platen {

using LeaseToken = std::uint64_t;

/// The right to finish one job until `deadline`.
/// A value: copying grants nothing, for Redis checks `token` and `nonce` on every write.
struct Lease {
  JobId job;
  LeaseToken token = 0;  ///< each grant's is greater than the last: a fencing token
  std::string nonce;     ///< chosen by the claimant, so that a claim whose answer was lost can be repeated
  TimePoint deadline;
  [[nodiscard]] bool covers(TimePoint now) const noexcept { return now < deadline; }
};

/// A lease and what is needed to do the work.
struct Claim {
  Lease lease;
  std::string spec;  ///< as submitted: see Submission
  std::optional<UploadId> upload;
  std::vector<UploadId> images;
  std::string filename;
  TimePoint created_at;
  std::uint32_t attempt = 1;  ///< this one, counted from 1
  std::uint32_t max_attempts = 3;
  std::optional<std::chrono::seconds> timeout;
  std::string request_id;
  TraceContext trace = {};  ///< Submission::trace
};

/// What the queue says to a worker that renews.
enum class LeaseState { held, cancel_requested, lost };

/// What became of a job that was given back.
enum class Outcome { retrying, queued, failed, canceled };

}  // namespace platen
