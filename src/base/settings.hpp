// A program's settings: defined once each, read from flags over the environment over a TOML file.
//
// The file's top-level keys are those that all of Platen's processes share (`redis`, `data-dir`, `log-level` …);
// each process has a table of its own (`[platend]`, `[worker]`, `[cli]`), where a shared key may stand again
// and then counts more. The environment's name of `data-dir` is `PLATEN_DATA_DIR`; an empty variable counts
// as none. An unknown key is an error, in this process's table and at the top level; other processes' tables
// are theirs to check.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"

namespace platen {

inline constexpr std::string_view default_config_file = "/etc/platen/platen.toml";

/// What of a value is hidden when it is printed.
enum class Secret { none, whole, url_password };

/// What a setting's definition says, besides its type and default. `least` and `most` bound numbers, and
/// durations in the unit of their target.
struct SettingText {
  std::string name;  ///< as the flag and the file have it: `data-dir`
  std::string help;  ///< one sentence
  Secret secret = Secret::none;
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  std::string common_variable = {};  ///< another name in the environment, which others have given it; counts less
};

/// Where values come from, besides the defaults.
struct SettingSources {
  std::map<std::string, std::string> flags;                  ///< by name
  std::optional<std::string> config_file;                    ///< `--config`: must exist; over PLATEN_CONFIG
  std::string default_file{default_config_file};             ///< read if it exists; empty: none
  std::function<const char*(const char*)> environment = {};  ///< empty: this process's
};

/// The settings of one process.
/// Owns: the definitions; the targets are borrowed and must outlive it. Threads: one at a time.
/// Errors: `invalid_request` with a sentence that names the place, the key and what would fit.
class Settings {
 public:
  /// How a value is written: on the command line, and as which TOML type.
  enum class Kind { text, number, duration, boolean, list };

  struct Setting {
    SettingText text;
    Kind kind = Kind::text;
    std::function<Result<void>(std::string_view)> assign;  ///< its error's detail is a predicate: "is not …"
    std::function<std::string()> show;
    std::string default_shown;
    std::string origin;  ///< who set it; empty for the default
  };

  /// `table` is this process's in the file; empty: the file is this process's alone, and has no tables.
  explicit Settings(std::string table) : table_(std::move(table)) {}

  /// Define a setting whose default is what its target holds now. Durations are written with a unit: `500ms`,
  /// `15s`, `10m`, `24h`, `7d`; lists with commas, as a TOML array, or as a flag that is repeated.
  void add(SettingText text, std::string& target);
  void add(SettingText text, std::vector<std::string>& target);
  void add(SettingText text, bool& target);
  void add(SettingText text, std::uint32_t& target);
  void add(SettingText text, std::uint64_t& target);
  void add(SettingText text, std::chrono::seconds& target);
  void add(SettingText text, std::chrono::milliseconds& target);

  /// Sets the targets, file first, flags last. After an error some may be set.
  [[nodiscard]] Result<void> load(const SettingSources& sources);

  [[nodiscard]] const std::vector<Setting>& all() const noexcept { return settings_; }
  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  /// The present values as TOML that `load` reads, each with its origin; secrets are hidden.
  [[nodiscard]] std::string print() const;

 private:
  template <class T>
  void define(SettingText text, Kind kind, T& target);
  [[nodiscard]] Setting* find(std::string_view name);
  [[nodiscard]] Result<void> set(Setting& setting, std::string_view value, const std::string& origin);
  [[nodiscard]] Result<void> load_file(const std::string& path);

  std::string table_;
  std::vector<Setting> settings_;
};

/// The configuration file that says nothing: every setting of the given processes with its help, its default
/// commented out; shared ones once, on top.
[[nodiscard]] std::string reference_config(const std::vector<const Settings*>& processes);

}  // namespace platen
