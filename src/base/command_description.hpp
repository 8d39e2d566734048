// A CLI11 parser's definitions as CommandText. Include it from where CLI11 may be.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "base/command_text.hpp"

namespace platen {

[[nodiscard]] inline OptionText describe(const CLI::Option& option) {
  OptionText text;
  text.is_positional = option.get_positional();
  if (text.is_positional) {
    text.names = {option.get_name(true)};
  } else {
    for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
  }
  if (option.get_items_expected_max() != 0) {
    text.value = option.get_type_name();
    text.value.resize(std::min(text.value.find(':'), text.value.size()));  // what checks it adds says itself there
  }
  text.help = option.get_description();
  text.default_value = option.get_default_str();
  text.variable = option.get_envname();
  text.is_repeatable = option.get_items_expected_max() > 1;
  return text;
}

[[nodiscard]] inline CommandText describe(const CLI::App& app) {
  CommandText text{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
  for (const CLI::Option* const option : app.get_options())
    if (!option->get_group().empty()) text.options.push_back(describe(*option));
  for (const CLI::App* const command : app.get_subcommands(nullptr)) text.commands.push_back(describe(*command));
  return text;
}

}  // namespace platen
