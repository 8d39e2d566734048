// Which dead letters are to be run again, and which were.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/ids.hpp"

namespace platen::codec {

inline constexpr std::size_t most_redriven = 100;  ///< in one request

/// Decodes `{"jobs":["job_…",…]}` (at most `most_redriven`), or `{"all":true}`, which is nullopt. Misfits are an
/// `invalid_request` with their places. Pure. Threads: any.
[[nodiscard]] Result<std::optional<std::vector<JobId>>> decode_redrive(std::string_view body);

/// `{"redriven":2,"jobs":["job_…","job_…"]}`
[[nodiscard]] std::string encode_redriven(const std::vector<JobId>& jobs);

}  // namespace platen::codec
