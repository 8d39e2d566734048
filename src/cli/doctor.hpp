// `platen doctor`: what an installation on this machine needs, looked at one by one.
#pragma once

#include <stop_token>
#include <string>

#include "cli/console.hpp"
#include "cli/exit.hpp"

namespace platen::cli {

struct DoctorOptions {
  std::string config;    ///< empty: the default file, if there is one
  std::string redis;     ///< empty: the configuration's
  std::string data_dir;  ///< likewise
  std::string server;    ///< of the front end that is asked
};

/// Prints a line for each check, with what to do where something is wrong. `job_failed` when anything has failed.
[[nodiscard]] Exit doctor(Console& console, DoctorOptions options, const std::stop_token& stop);

}  // namespace platen::cli
