// Jobs as the scripts answer them (`snapshot` in lua/waiting_prelude.lua).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "platen/job.hpp"
#include "redis/reply.hpp"

namespace platen::queue {

/// Milliseconds since 1970; nullopt where there are none.
[[nodiscard]] std::optional<TimePoint> time_in(const redis::Value& value);

/// A job's tags, where it has any. `internal` when they cannot be read.
[[nodiscard]] Result<std::map<std::string, std::string>> tags_in(const redis::Value& value);

/// `internal` when the answer is not a job that this version can read.
[[nodiscard]] Result<Job> job_from(const redis::Value& snapshot);

}  // namespace platen::queue
