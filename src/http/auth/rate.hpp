// Rate limits: told to clients, and kept in memory.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/library.hpp"
#include "platen/access.hpp"

namespace platen::http {

/// Puts `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers) into `fields`; `policy` names which
/// limit this is.
void tell_allowance(std::string_view policy, const Allowance& allowance, httplib::Headers& fields);

/// Counts by GCRA: of each key it keeps only the time until which its use is paid for, which each use moves on by its
/// share of the window. The queue counts submits alike, over all front ends (submit.lua).
/// Threads: one at a time.
class Meter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Takes one. Where none is left, `refused_for` says when there will be.
  struct Taken {
    Allowance allowance;
    std::optional<std::chrono::seconds> refused_for;  ///< at least 1
  };
  [[nodiscard]] Taken take(const Metering& metering, Time now);

 private:
  std::unordered_map<std::string, Time> paid_until_;  ///< by the key's id; no more than there were keys
};

}  // namespace platen::http
