// The log: one line an event, `key=value` after the message, to standard error (journald keeps it).
#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen {

/// Sets up the process's one logger. `level`: trace, debug, info, warn, error. `process` stands on each line.
[[nodiscard]] Result<void> start_log(std::string_view process, std::string_view level);

}  // namespace platen
