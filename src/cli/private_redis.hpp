// The redis-server that `platen up` keeps for itself.
#pragma once

#include <string>

#include "platen/error.hpp"

namespace platen::cli {

/// Where it lives: all of it below one folder.
struct PrivateRedis {
  std::string folder;

  [[nodiscard]] std::string socket() const { return folder + "/redis.sock"; }
  [[nodiscard]] std::string config_file() const { return folder + "/redis.conf"; }
  [[nodiscard]] std::string log_file() const { return folder + "/redis.log"; }
  /// As `--redis` takes it.
  [[nodiscard]] std::string url() const;
  /// No port, a socket for this user only, and the settings of deploy/redis.conf.
  [[nodiscard]] std::string config() const;
  /// `invalid_request` when the folder's path is too long for a socket in it, or cannot be written in the config.
  [[nodiscard]] Result<void> check() const;
  /// Whether it accepts connections.
  [[nodiscard]] bool is_listening() const;
};

}  // namespace platen::cli
