// What the command line knows before it asks a server: flags over the environment over the user's file.
#pragma once

#include <string>
#include <vector>

#include "base/settings.hpp"
#include "cli/console.hpp"
#include "platen/error.hpp"

namespace platen::cli {

/// Owns: the values, which `settings` refers to; so it stays where it was made.
struct ClientSettings {
  std::string server = "http://127.0.0.1:8080";
  std::string api_key;       ///< never a flag: whoever is on the machine could read that
  std::string api_key_file;  ///< empty: default_key_file(), if there is one
  std::string color = "auto";
  bool quiet = false;
  Settings settings{""};

  ClientSettings();
  ClientSettings(const ClientSettings&) = delete;
  ClientSettings& operator=(const ClientSettings&) = delete;

  /// Sets the values. The file is `--config`, else PLATEN_CLI_CONFIG's, else default_client_config() if there is one.
  /// Errors: those of Settings::load; `invalid_request` for a colour that is none.
  [[nodiscard]] Result<void> load(SettingSources sources);

  /// The key to send: of api-key and api-key-file the one that was given at the higher place, api-key at the same one.
  /// Empty: there is none. `invalid_request` for a file that cannot be read or that others may read, and for text that
  /// is no key; the error does not hold it.
  [[nodiscard]] Result<std::string> find_key() const;
  /// What works and should still be mended: a key in a configuration file that others may read.
  [[nodiscard]] std::vector<std::string> warnings() const;
  [[nodiscard]] Colour colour() const noexcept;

 private:
  std::string file_;  ///< that was read, or would be
};

/// `$XDG_CONFIG_HOME/platen/config.toml`, else `~/.config/…`; empty where neither is known.
[[nodiscard]] std::string default_client_config();
/// `api-key` beside it.
[[nodiscard]] std::string default_key_file();

}  // namespace platen::cli
