// Jobs as the scripts answer them (`snapshot` in lua/prelude.lua).
#pragma once

#include "platen/job.hpp"
#include "redis/reply.hpp"

namespace platen::queue {

/// `internal` when the answer is not a job that this version can read.
[[nodiscard]] Result<Job> job_from(const redis::Value& snapshot);

}  // namespace platen::queue
