// Lines that would come again and again for the same reason.
#pragma once

#include <chrono>
#include <string_view>

#include "base/log.hpp"

namespace platen {

/// How long the same line is kept back once it has been written.
inline constexpr std::chrono::seconds same_line_every{30};

/// One line with the field `reason`, unless it was written less than `same_line_every` ago. Threads: any.
void log_sparsely(spdlog::level::level_enum level, std::string_view message, std::string_view reason);

}  // namespace platen
