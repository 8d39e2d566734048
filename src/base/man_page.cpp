#include "base/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace platen {

namespace {

std::string upper(std::string text) {
  for (char& letter : text)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  return text;
}

/// Text as troff takes it for itself: nothing in it is a request or an escape.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '`': out += "\\(ga"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      default: out += c;
    }
  }
  return out.starts_with('.') ? "\\&" + out : out;
}

std::string heading(std::string_view text) { return fmt::format(".SH \"{}\"\n", escaped(text)); }

/// Paragraphs; lines that begin with two spaces are code.
std::string paragraphs(const std::string& text) {
  std::string out;
  bool in_code = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    const bool is_code = line.starts_with("  ");
    if (is_code != in_code) out += is_code ? ".PP\n.in +4n\n.nf\n" : ".fi\n.in\n";
    in_code = is_code;
    if (line.empty())
      out += ".PP\n";
    else
      out += escaped(is_code ? line.substr(2) : line) + "\n";
  }
  if (in_code) out += ".fi\n.in\n";
  constexpr std::string_view space = ".PP\n";  // after a heading there is some already
  return out.starts_with(space) ? out.substr(space.size()) : out;
}

/// A footer's text before its examples, and these.
struct Footer {
  std::string text;
  std::string examples;
};
Footer split(const std::string& footer) {
  constexpr std::string_view mark = "Examples:\n";
  const std::size_t at = footer.find(mark);
  if (at == std::string::npos) return {footer, {}};
  std::string text = footer.substr(0, at);
  while (text.ends_with('\n')) text.pop_back();
  return {text, footer.substr(at + mark.size())};
}

std::string option_entry(const OptionText& option) {
  std::string tag;
  for (const std::string& name : option.names)
    tag += fmt::format("{}\\fB{}\\fR", tag.empty() ? "" : ", ", escaped(name));
  if (option.is_positional) tag = fmt::format("\\fI{}\\fR", escaped(option.names.front()));
  if (!option.is_positional && !option.value.empty()) tag += fmt::format(" \\fI{}\\fR", escaped(option.value));
  std::string text = escaped(option.help);
  if (!option.default_value.empty() && option.default_value != "\"\"")
    text += fmt::format(" Default: {}.", escaped(option.default_value));
  return fmt::format(".TP\n{}\n{}\n", tag, text);
}

std::string option_entries(const CommandText& command) {
  std::string out;
  for (const OptionText& option : command.options) out += option_entry(option);
  return out;
}

std::string synopsis_of(const CommandText& command, const std::string& path) {
  std::string line = fmt::format("\\fB{}\\fR", escaped(path));
  const bool has_options = std::any_of(command.options.begin(), command.options.end(),
                                       [](const auto& option) { return !option.is_positional; });
  if (has_options) line += " [\\fIOPTION\\fR...]";
  for (const OptionText& option : command.options)
    if (option.is_positional)
      line += fmt::format(" \\fI{}\\fR{}", escaped(option.names.front()), option.is_repeatable ? "..." : "");
  if (!command.commands.empty()) line += " \\fICOMMAND\\fR";
  return line + "\n";
}

void add_synopses(const CommandText& command, const std::string& path, std::string& out) {
  if (!out.ends_with(heading("SYNOPSIS"))) out += ".br\n";
  out += synopsis_of(command, path);
  for (const CommandText& below : command.commands) add_synopses(below, path + " " + below.name, out);
}

void add_commands(const CommandText& command, const std::string& path, std::string& out) {
  for (const CommandText& below : command.commands) {
    const std::string name = path.empty() ? below.name : path + " " + below.name;
    const Footer footer = split(below.footer);
    out += fmt::format(".SS \"{}\"\n{}\n", escaped(name), escaped(below.help));
    if (!footer.text.empty()) out += ".PP\n" + paragraphs(footer.text);
    out += option_entries(below);
    if (!footer.examples.empty()) out += ".PP\n" + paragraphs(footer.examples);
    add_commands(below, name, out);
  }
}

std::string title(const std::string& name, const std::string& section, const std::string& version) {
  return fmt::format(
      ".\\\" Made from the program's own definitions.\n.TH \"{}\" \"{}\" \"\" \"Platen {}\" \"Platen\"\n",
      escaped(upper(name)), section, escaped(version));
}

}  // namespace

std::string man_page(const CommandText& command, const ManPageOptions& options) {
  const Footer footer = split(command.footer);
  std::string help = command.help;
  if (help.ends_with('.')) help.pop_back();
  std::string out = title(command.name, options.section, options.version);
  out += heading("NAME") + fmt::format("{} \\- {}\n", escaped(command.name), escaped(help));
  out += heading("SYNOPSIS");
  add_synopses(command, command.name, out);
  out += heading("OPTIONS") + option_entries(command);
  if (!command.commands.empty()) {
    out += heading("COMMANDS");
    add_commands(command, "", out);
  }
  if (!footer.text.empty()) out += heading("DESCRIPTION") + paragraphs(footer.text);
  if (!options.exit_status.empty()) out += heading("EXIT STATUS") + paragraphs(options.exit_status);
  if (!footer.examples.empty()) out += heading("EXAMPLES") + paragraphs(footer.examples);
  out += heading("SEE ALSO") + escaped(options.see_also) + "\n";
  return out;
}

std::string settings_man_page(const std::vector<const Settings*>& processes, const std::string& version) {
  std::string out = title("platen.toml", "5", version);
  out += heading("NAME") + "platen.toml \\- settings of platend and platen\\-worker\n";
  out += heading("DESCRIPTION");
  out += paragraphs(
      "/etc/platen/platen.toml is TOML. redis, data-dir and log-level may stand on top, for all processes; each "
      "process's "
      "own settings stand in its table, where those may stand again and then count more. Flags count more than the "
      "environment (data-dir is PLATEN_DATA_DIR), and that more than this file. An unknown key is an error that names "
      "the "
      "line. --print-config shows what a process ends up with.\n"
      "\n"
      "Durations are texts with a unit: 500ms, 15s, 10m, 24h, 7d.\n");
  for (const Settings* const process : processes) {
    out += heading("[" + process->table() + "]");
    for (const Settings::Setting& setting : process->all())
      out += fmt::format(".TP\n\\fB{}\\fR = {}\n{}\n", escaped(setting.text.name), escaped(setting.default_shown),
                         escaped(setting.text.help));
  }
  out += heading("EXAMPLES") +
         paragraphs(
             "  redis = \"unix:///run/redis/redis-server.sock\"\n  \n  [platend]\n  public-url = "
             "\"https://reports.example.com\"\n  require-keys = true\n  \n  [worker]\n  slots = 8\n");
  out += heading("SEE ALSO") + escaped("platend(8), platen-worker(8), platen(1)") + "\n";
  return out;
}

}  // namespace platen
