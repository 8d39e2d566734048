// What a command line offers, as data: man pages and completions are made of it, so that they say what the parser
// takes.
#pragma once

#include <string>
#include <vector>

namespace platen {

struct OptionText {
  std::vector<std::string> names;  ///< `-o`, `--output`; of a positional argument its one name
  std::string value;               ///< `FILE`, `DIR`, `N`, `high|normal|low` for a choice; empty: a flag
  std::string help;
  std::string default_value;
  std::string variable;  ///< of the environment
  bool is_positional = false;
  bool is_repeatable = false;

  /// The words of a choice; none for other values.
  [[nodiscard]] std::vector<std::string> choices() const;
};

struct CommandText {
  std::string name;
  std::string help;
  std::string footer;  ///< lines; those that begin with two spaces are code
  std::vector<OptionText> options;
  std::vector<CommandText> commands;
};

}  // namespace platen
