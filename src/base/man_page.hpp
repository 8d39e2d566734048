// Manual pages (groff's man macros) out of what a program takes. Pure. Threads: any.
#pragma once

#include <string>
#include <vector>

#include "base/command_text.hpp"
#include "base/settings.hpp"

namespace platen {

struct ManPageOptions {
  std::string section;  ///< `1`, `8`
  std::string version;
  std::string see_also;          ///< `platend(8), platen.toml(5)`
  std::string exit_status = {};  ///< a paragraph; empty: the footer says it
};
/// The page of a command, with a section for each command below it.
[[nodiscard]] std::string man_page(const CommandText& command, const ManPageOptions& options);

/// platen.toml(5): each setting of each process, shared ones first.
[[nodiscard]] std::string settings_man_page(const std::vector<const Settings*>& processes, const std::string& version);

}  // namespace platen
