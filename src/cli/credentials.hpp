// The API key that the command line sends.
#pragma once

#include <string>

#include "platen/error.hpp"

namespace platen::cli {

/// Where it is looked for: `key_file`, where that is named; else the variable PLATEN_API_KEY; else the file that
/// PLATEN_API_KEY_FILE names; else ~/.config/platen/api-key, if there is one. Never an argument: whoever is on the
/// machine could read that. Empty: there is none. `invalid_request` for a file that cannot be read or that others may
/// read, and for text that is no key; the error does not hold it.
[[nodiscard]] Result<std::string> find_api_key(const std::string& key_file);

}  // namespace platen::cli
