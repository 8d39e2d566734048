// `platen up`: a whole Platen on this machine, with a Redis of its own.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "cli/console.hpp"
#include "cli/exit.hpp"

namespace platen::cli {

struct UpOptions {
  std::string listen = "127.0.0.1:8080";
  std::string port_file;
  std::string data_dir;     ///< empty: default_data_folder()
  std::uint32_t slots = 0;  ///< 0: as many as there are cores
  std::string redis_server = "redis-server";
  std::string log_level = "warn";
};

/// Starts redis-server, platend and platen-worker, keeps them running until `stop`, and stops them in order. They die
/// with the calling thread, however it ends. Says where the console is on standard output, the rest on standard error.
[[nodiscard]] Exit up(const UpOptions& options, Console& console, const std::stop_token& stop);

}  // namespace platen::cli
