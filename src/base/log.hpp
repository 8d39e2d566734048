// The log: one line an event. On standard error as logfmt or JSON; in the journal, where that is who listens there, as
// fields by which it can be searched.
#pragma once

#include <spdlog/spdlog.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/log_format.hpp"
#include "base/settings.hpp"
#include "platen/error.hpp"

namespace platen {

struct LogOptions {
  std::string level = "info";     ///< trace, debug, info, warn, error, off
  std::string format = "logfmt";  ///< or json
};

/// Defines them as `log-level` and `log-format`. `options` must outlive `settings`.
void define(Settings& settings, LogOptions& options);

/// Sets up the process's one logger, whose lines a thread of its own writes (log_writer.hpp): none waits for them.
/// `process` stands on each. At the program's end what is on its way is written.
[[nodiscard]] Result<void> start_log(std::string_view process, const LogOptions& options);

/// One line: `message` in a few words of ours, what varies in the fields. Names that mean the same everywhere:
/// `job_id`, `request_id`, `trace_id`, `tenant`. Plain text without fields goes through spdlog::info and the like.
void log_line(spdlog::level::level_enum level, std::string_view message, std::span<const LogField> fields);
void log_line(spdlog::level::level_enum level, std::string_view message, std::initializer_list<LogField> fields);

/// Lines that were dropped because they could not be written as fast as they came.
[[nodiscard]] std::uint64_t log_lines_dropped();

}  // namespace platen
