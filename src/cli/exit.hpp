// What the command line's exit statuses mean; scripts rely on them.
#pragma once

#include "platen/error.hpp"
#include "platen/job.hpp"

namespace platen::cli {

enum class Exit {
  ok = 0,
  job_failed = 1,   ///< the job failed or expired; `up` could not keep its programs running; `doctor` found faults
  usage = 2,        ///< the command line, the report or the file is not right
  canceled = 3,     ///< the job was canceled
  not_allowed = 4,  ///< refused, or the job's state forbids it
  unreachable = 5,  ///< the server cannot be reached, is busy, or does not answer in time
  detached = 130,   ///< Ctrl-C; the job goes on (as shells count: 128 + SIGINT)
};

[[nodiscard]] Exit exit_of(Errc code) noexcept;
/// Of a job that has ended so.
[[nodiscard]] Exit exit_of(JobState state) noexcept;
/// That of several jobs together: detached over unreachable over not_allowed over usage over job_failed over canceled.
[[nodiscard]] Exit worse(Exit left, Exit right) noexcept;

}  // namespace platen::cli
