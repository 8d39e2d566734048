// `platen key`: API keys, made and ended in Redis itself, by whoever may reach that.
#pragma once

#include <string>
#include <vector>

#include "cli/console.hpp"
#include "cli/exit.hpp"

namespace platen::cli {

/// Where the keys are: the flag over PLATEN_REDIS over the configuration file.
struct KeyStoreOptions {
  std::string redis;   ///< empty: not given
  std::string config;  ///< a configuration file; empty: the default one
};

struct KeyCreateOptions {
  std::string tenant;
  std::vector<std::string> scopes{"submit", "read"};
  std::string name;
  std::string expires;       ///< from now on, as in 90d; empty: never
  std::string submit_rate;   ///< `100/1m`; empty: no limit
  std::string request_rate;  ///< likewise
};
/// Prints the key on standard output, this once.
[[nodiscard]] Exit create_key(Console& console, const KeyStoreOptions& store, const KeyCreateOptions& options);

[[nodiscard]] Exit list_keys(Console& console, const KeyStoreOptions& store, const std::string& tenant);
[[nodiscard]] Exit revoke_key(Console& console, const KeyStoreOptions& store, const std::string& id);
/// Makes a key like the one with this id, which works for `overlap` more (as in 24h). Prints the new one.
[[nodiscard]] Exit rotate_key(Console& console, const KeyStoreOptions& store, const std::string& id,
                              const std::string& overlap);

}  // namespace platen::cli
