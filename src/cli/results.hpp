// What becomes of a job that has ended: its PDF in a file, or why there is none. Private to the commands.
#pragma once

#include <string>

#include "cli/commands.hpp"

namespace platen::cli {

/// Says why a job has no result to give; the exit status that says the same.
[[nodiscard]] Exit say_why_not(Context context, const codec::RemoteJob& job, const std::string& name);

/// Downloads the job's result to `output`: a file, `-`, or a folder (named with a slash at its end, or there already),
/// where it has the name that the server gave it, another one if that is taken.
[[nodiscard]] Exit fetch(Context context, const codec::RemoteJob& job, const std::string& output,
                         const std::string& name);

[[nodiscard]] bool is_folder(const std::string& path);
/// Up to and with the last slash; `./` where there is none.
[[nodiscard]] std::string folder_of(const std::string& path);

/// Whether results of so many jobs can go to `output`; to be asked before the work whose result goes there.
[[nodiscard]] Result<void> check_place(const std::string& output, std::size_t jobs);

}  // namespace platen::cli
