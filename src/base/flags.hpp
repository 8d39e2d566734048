// The command line of a main (CLI11's one home besides the mains themselves: include it from nowhere else).
#pragma once

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/exit_code.hpp"
#include "base/settings.hpp"

namespace platen {

/// One `--name VALUE` for each setting, and `--config`; booleans are `--name` and `--no-name`, lists can be repeated.
/// Owns: what was given. Must outlive the app's parse; borrows the settings for the constructor only.
class Flags {
 public:
  Flags(CLI::App& app, const Settings& settings) {
    config_option_ = app.add_option("--config", config_, "Read settings from this file, which must exist.");
    config_option_->type_name("FILE");
    for (const Settings::Setting& setting : settings.all()) add(app, setting);
  }
  Flags(const Flags&) = delete;
  Flags& operator=(const Flags&) = delete;

  /// After the parse: what Settings::load takes.
  [[nodiscard]] SettingSources sources() const {
    SettingSources sources;
    for (const auto& [name, flag] : flags_)
      if (flag.option->count() > 0) sources.flags[name] = flag.value;
    if (config_option_->count() > 0) sources.config_file = config_;
    return sources;
  }

 private:
  struct Flag {
    std::string value;
    CLI::Option* option = nullptr;
  };

  void add(CLI::App& app, const Settings::Setting& setting) {
    const std::string& name = setting.text.name;
    Flag& flag = flags_[name];
    if (setting.kind == Settings::Kind::boolean) {
      flag.option = app.add_flag(fmt::format("--{0}{{true}},--no-{0}{{false}}", name), flag.value, setting.text.help);
      return;
    }
    flag.option = app.add_option("--" + name, flag.value, setting.text.help);
    switch (setting.kind) {
      case Settings::Kind::number: flag.option->type_name("N"); break;
      case Settings::Kind::duration: flag.option->type_name("TIME"); break;
      case Settings::Kind::list: flag.option->type_name("TEXT")->join(','); break;
      default: flag.option->type_name("TEXT"); break;
    }
    flag.option->default_str(setting.default_shown);
  }

  std::map<std::string, Flag> flags_;
  std::string config_;
  CLI::Option* config_option_ = nullptr;
};

/// All that a daemon takes: its settings, `--config`, `--print-config`, `--version` and `--help`.
/// Owns: what was given. Must outlive the app's parse.
struct DaemonCommandLine {
  DaemonCommandLine(CLI::App& app, const Settings& settings) : flags(app, settings) {
    app.add_flag("--print-config", print_config, "Show all settings as they come out, secrets hidden, and end.");
    app.set_version_flag("--version", fmt::format("{} {}", app.get_name(), PLATEN_VERSION));
  }
  DaemonCommandLine(const DaemonCommandLine&) = delete;
  DaemonCommandLine& operator=(const DaemonCommandLine&) = delete;

  Flags flags;
  bool print_config = false;
};

/// The whole command line of a daemon, read.
/// The exit status when the program is to end at once (`exit_config` after an error, which it has printed);
/// nullopt when it is to go on.
[[nodiscard]] inline std::optional<int> read_command_line(CLI::App& app, Settings& settings, int argc,
                                                          const char* const* argv) {
  const DaemonCommandLine command_line(app, settings);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& end) {
    return app.exit(end) == 0 ? exit_ok : exit_config;
  }
  if (const auto loaded = settings.load(command_line.flags.sources()); !loaded) {
    fmt::print(stderr, "{}: {}\n", app.get_name(), loaded.error().detail);
    return exit_config;
  }
  if (command_line.print_config) {
    fmt::print("{}", settings.print());
    return exit_ok;
  }
  return std::nullopt;
}

}  // namespace platen
