// The system calls that drawing needs, and no others (libseccomp).
#pragma once

#include "platen/error.hpp"

namespace platen::worker {

/// Whether this kernel filters system calls.
[[nodiscard]] bool has_system_call_filters();

/// From here on this process, all its threads, makes the system calls of a list only. Those that no library makes by
/// accident kill it; all others fail with EPERM. Needs PR_SET_NO_NEW_PRIVS.
[[nodiscard]] Result<void> filter_system_calls();

}  // namespace platen::worker
