#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>

#include <cstdlib>

namespace platen {

Result<void> start_log(std::string_view process, std::string_view level) {
  const std::string name(level);
  const spdlog::level::level_enum chosen = spdlog::level::from_str(name);
  if (chosen == spdlog::level::off && name != "off")
    return fail(Errc::invalid_request, "log level '" + name + "' is not one of trace, debug, info, warn, error, off");
  auto logger = spdlog::stderr_logger_mt(std::string(process));
  // Under systemd the journal stamps the line; elsewhere we do.
  const bool journald = std::getenv("JOURNAL_STREAM") != nullptr;
  logger->set_pattern(journald ? "%l %v" : "%Y-%m-%dT%H:%M:%S.%eZ %n %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(chosen);
  spdlog::set_default_logger(std::move(logger));
  return {};
}

}  // namespace platen
