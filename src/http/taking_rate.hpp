// Whether a client takes its answer at no less than the least rate.
#pragma once

#include <cstdint>

#include "base/fd.hpp"
#include "http/limits.hpp"

namespace platen::http {

/// Counts what the client's side has acknowledged. What only lies in the kernel's buffers does not count: they hold
/// megabytes, and would make a slow client look stuck and one that never reads look alive.
/// Threads: one at a time.
class TakingRate {
 public:
  explicit TakingRate(const Limits& limits) noexcept : least_bytes_(limits.least_taken_bytes) {}

  /// Whether the client has taken enough since the last call, or since it began; to be asked once a window. `sent` is
  /// what the kernel was given of the answer so far.
  [[nodiscard]] bool is_kept(const Fd& socket, std::uint64_t sent);

 private:
  std::uint64_t least_bytes_;
  std::uint64_t taken_ = 0;
};

}  // namespace platen::http
