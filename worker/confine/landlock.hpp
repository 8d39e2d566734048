// Landlock: a process restricts what files it can open, without privileges (the kernel's linux/landlock.h).
#pragma once

#include <string>
#include <vector>

#include "platen/error.hpp"

namespace platen::worker {

/// The version of Landlock that this kernel has; 0 for none, or where system calls are filtered so that none is of use.
[[nodiscard]] int landlock_version();

/// From here on this thread, and those that it starts, open files only below `readable` and only for reading; further
/// restrictions as the version has them: no TCP (4), no device controls (5), no signals and abstract sockets to others
/// (6).
[[nodiscard]] Result<void> restrict_files(const std::vector<std::string>& readable);

}  // namespace platen::worker
