// The single checks of `platen doctor`. Each looks, changes nothing that stays, and tells what it found.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "platen/error.hpp"

namespace platen::cli {

enum class Health { ok, warning, fault };

/// What one check found.
struct Finding {
  std::string check;  ///< `redis memory`
  Health health = Health::ok;
  std::string detail;
  std::string fix;  ///< what to do; empty with `ok`
};
using Findings = std::vector<Finding>;

/// What the installation's programs say that they use.
struct Installation {
  std::string config;  ///< a file to give them; empty: none
  std::string redis;   ///< a URL, or several
  std::string data_dir;
  std::string server;
};

/// The programs beside this one: there, and of this version.
[[nodiscard]] Findings check_programs();
/// Both daemons read their settings; sets the data folder where it is empty.
[[nodiscard]] Findings check_configuration(Installation& installation);
/// Redis: reached, version, persistence, eviction, memory, encodings, the queue's scripts, its clock; then the queue
/// and its workers.
[[nodiscard]] Findings check_redis(const Installation& installation);
/// The folder of uploads and reports: written to as this user, on one file system, with room.
[[nodiscard]] Findings check_data_folder(const std::string& data_dir);
/// The bucket that the settings name, tried by platend with its own credentials; nothing where there is none.
[[nodiscard]] Findings check_bucket(const Installation& installation);
/// A page drawn as the worker has it drawn: confinement and fonts.
[[nodiscard]] Findings check_renderer();
[[nodiscard]] Findings check_descriptors();
/// The front end's own opinion (`/readyz`).
[[nodiscard]] Findings check_front_end(const std::string& server, const std::stop_token& stop);

}  // namespace platen::cli
