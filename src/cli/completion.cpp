#include "cli/completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace platen::cli {

namespace {

/// A command with its whole path (`key create`) and the options that count there: its own and its parents'.
struct Place {
  std::string path;
  std::string help;
  std::vector<OptionText> options;
  std::vector<const CommandText*> commands;
};

void add_places(const CommandText& command, const std::string& path, const std::vector<OptionText>& inherited,
                std::vector<Place>& places) {
  Place place{path, command.help, command.options, {}};
  for (const OptionText& option : inherited) {
    const bool is_own_help = option.names.back() == "--help" || option.names.back() == "--version";
    if (!option.is_positional && !is_own_help) place.options.push_back(option);
  }
  for (const CommandText& below : command.commands) place.commands.push_back(&below);
  places.push_back(place);
  for (const CommandText& below : command.commands)
    add_places(below, path.empty() ? below.name : path + " " + below.name, place.options, places);
}

std::vector<Place> places_of(const CommandText& command) {
  std::vector<Place> places;
  add_places(command, "", {}, places);
  return places;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

/// In single quotes of a shell (bash, zsh).
std::string in_shell_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) c == '\'' ? out.append("'\\''") : out.append(1, c);
  return out + "'";
}

/// In single quotes of fish.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

bool is_file(const OptionText& option) { return option.value == "FILE"; }
bool is_folder(const OptionText& option) { return option.value == "DIR"; }

// --- bash ------------------------------------------------------------------------------------------

/// What completes an option's value, as an assignment to COMPREPLY; nothing completes all else.
std::string bash_values(const OptionText& option) {
  if (!option.choices().empty())
    return fmt::format("COMPREPLY=($(compgen -W {} -- \"$word\"))", in_shell_quotes(joined(option.choices())));
  if (is_file(option)) return "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$word\"))";
  if (is_folder(option)) return "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$word\"))";
  return "COMPREPLY=()";
}

std::string bash_place(const Place& place) {
  std::string flags;
  std::string words;
  std::string values;
  std::string positional;
  for (const CommandText* const command : place.commands) words += " " + command->name;
  for (const OptionText& option : place.options) {
    if (option.is_positional) {
      positional = bash_values(option);
      continue;
    }
    flags += " " + joined(option.names);
    if (option.value.empty()) continue;
    std::string names;
    for (const std::string& name : option.names) names.append(names.empty() ? "" : "|").append(name);
    values += fmt::format("        {}) {}; return ;;\n", names, bash_values(option));
  }
  const std::string rest =
      !words.empty() ? fmt::format("COMPREPLY=($(compgen -W {} -- \"$word\"))", in_shell_quotes(words.substr(1)))
                     : (positional.empty() ? "COMPREPLY=()" : positional);
  return fmt::format(
      "    {})\n      case $previous in\n{}      esac\n"
      "      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W {} -- \"$word\")); else {}; fi ;;\n",
      in_shell_quotes(place.path), values, in_shell_quotes(flags.empty() ? flags : flags.substr(1)), rest);
}

std::string bash(const CommandText& command) {
  std::string cases;
  std::string paths;
  for (const Place& place : places_of(command)) {
    cases += bash_place(place);
    if (!place.path.empty()) paths.append(paths.empty() ? "" : "|").append(in_shell_quotes(place.path));
  }
  return fmt::format(
      "# bash completion of {0}: made by `{0} completion bash`.\n"
      "_{0}() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} path='' i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case \"${{path:+$path }}${{COMP_WORDS[i]}}\" in {1}) path=\"${{path:+$path }}${{COMP_WORDS[i]}}\" ;; esac\n"
      "  done\n"
      "  case $path in\n{2}  esac\n"
      "}}\n"
      "complete -F _{0} {0}\n",
      command.name, paths, cases);
}

// --- zsh -------------------------------------------------------------------------------------------

std::string zsh_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const OptionText& option) {
  if (!option.choices().empty()) return "(" + joined(option.choices()) + ")";
  if (is_file(option)) return "_files";
  if (is_folder(option)) return "_files -/";
  return " ";
}

std::string zsh_place(const Place& place) {
  std::string lines;
  bool has_positional = false;
  for (const OptionText& option : place.options) {
    if (option.is_positional) {
      has_positional = true;
      lines += fmt::format(" \\\n        {}", in_shell_quotes(fmt::format("{}:{}:{}", option.is_repeatable ? "*" : "1",
                                                                          option.names.front(), zsh_action(option))));
      continue;
    }
    const std::string value =
        option.value.empty() ? "" : fmt::format(":{}:{}", zsh_escaped(option.value), zsh_action(option));
    for (const std::string& name : option.names)
      lines += fmt::format(" \\\n        {}", in_shell_quotes(fmt::format("{}{}[{}]{}", option.is_repeatable ? "*" : "",
                                                                          name, zsh_escaped(option.help), value)));
  }
  if (place.commands.empty())
    return fmt::format("    {})\n      _arguments -s{} ;;\n", in_shell_quotes(place.path),
                       lines + (has_positional ? "" : " \\\n        '*: : '"));
  std::string commands;
  for (const CommandText* const below : place.commands)
    commands += " " + in_shell_quotes(below->name + ":" + zsh_escaped(below->help));
  return fmt::format(
      "    {})\n      if [[ $word == -* ]]; then\n        _arguments -s{}\n      else\n        local -a commands=({})\n"
      "        _describe command commands\n      fi ;;\n",
      in_shell_quotes(place.path), lines, commands.substr(1));
}

std::string zsh(const CommandText& command) {
  std::string cases;
  std::string paths;
  for (const Place& place : places_of(command)) {
    cases += zsh_place(place);
    if (!place.path.empty()) paths.append(paths.empty() ? "" : "|").append(in_shell_quotes(place.path));
  }
  return fmt::format(
      "#compdef {0}\n# zsh completion of {0}: made by `{0} completion zsh`.\n"
      "_{0}() {{\n"
      "  local where='' word=$words[CURRENT] i at=1\n"
      "  for ((i = 2; i < CURRENT; i++)); do\n"
      "    case \"${{where:+$where }}$words[i]\" in\n"
      "      ({1})\n"
      "        where=\"${{where:+$where }}$words[i]\"; at=$i ;;\n"
      "    esac\n"
      "  done\n"
      "  words=(${{words[at,-1]}}); ((CURRENT -= at - 1))\n"
      "  case $where in\n{2}  esac\n"
      "}}\n"
      "if [[ ${{funcstack[1]}} == _{0} ]]; then _{0} \"$@\"; else compdef _{0} {0}; fi\n",
      command.name, paths, cases);
}

// --- fish ------------------------------------------------------------------------------------------

/// The condition under which a place's words are offered.
std::string fish_condition(const Place& place) {
  if (place.path.empty()) return "__fish_use_subcommand";
  std::string condition;
  for (std::size_t begin = 0; begin < place.path.size();) {
    const std::size_t end = std::min(place.path.find(' ', begin), place.path.size());
    condition += fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ",
                             place.path.substr(begin, end - begin));
    begin = end + 1;
  }
  if (place.commands.empty()) return condition;
  std::string below;
  for (const CommandText* const next : place.commands) below += " " + next->name;
  return condition + "; and not __fish_seen_subcommand_from" + below;
}

std::string fish_value(const OptionText& option) {
  if (option.value.empty()) return "";
  if (!option.choices().empty()) return fmt::format(" -x -a {}", fish_quoted(joined(option.choices())));
  if (is_file(option)) return " -r -F";
  if (is_folder(option)) return " -x -a '(__fish_complete_directories)'";
  return " -x";
}

std::string fish(const CommandText& command) {
  std::string out =
      fmt::format("# fish completion of {0}: made by `{0} completion fish`.\ncomplete -c {0} -f\n", command.name);
  for (const Place& place : places_of(command)) {
    const std::string begin = fmt::format("complete -c {} -n {}", command.name, fish_quoted(fish_condition(place)));
    for (const CommandText* const below : place.commands)
      out += fmt::format("{} -a {} -d {}\n", begin, below->name, fish_quoted(below->help));
    for (const OptionText& option : place.options) {
      if (option.is_positional) {
        if (is_file(option)) out += begin + " -F\n";
        if (!option.choices().empty()) out += fmt::format("{} -a {}\n", begin, fish_quoted(joined(option.choices())));
        continue;
      }
      std::string names;
      for (const std::string& name : option.names)
        names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      out += fmt::format("{}{}{} -d {}\n", begin, names, fish_value(option), fish_quoted(option.help));
    }
  }
  return out;
}

}  // namespace

std::string completion(const CommandText& command, const std::string& shell) {
  if (shell == "bash") return bash(command);
  return shell == "zsh" ? zsh(command) : fish(command);
}

}  // namespace platen::cli
