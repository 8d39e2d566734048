// What makes a shell complete a program's words, out of its definitions. Pure.
#pragma once

#include <string>

#include "base/command_text.hpp"

namespace platen::cli {

/// `shell` is bash, zsh or fish. Commands, options, choices; files and folders where an option takes them.
[[nodiscard]] std::string completion(const CommandText& command, const std::string& shell);

}  // namespace platen::cli
