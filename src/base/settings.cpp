#include "base/settings.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/fd.hpp"
#include "base/nearest.hpp"
#include "base/setting_value.hpp"

namespace platen {

namespace {

constexpr std::array<std::string_view, 17> shared_names{
    "redis",         "data-dir",          "log-level",           "log-format",
    "otlp-endpoint", "otlp-sample-ratio", "otlp-service-name",   "otlp-headers",
    "s3-bucket",     "s3-endpoint",       "s3-public-endpoint",  "s3-region",
    "s3-prefix",     "s3-path-style",     "s3-credentials-file", "s3-ca-file",
    "s3-part-bytes"};
constexpr std::array<std::string_view, 3> process_tables{"platend", "worker", "cli"};
constexpr std::size_t max_file_bytes = 1024 * 1024;

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string variable_of(const std::string& name) {
  std::string variable = "PLATEN_" + name;
  for (char& letter : variable) {
    if (letter == '-') letter = '_';
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return variable;
}

const char* variable(const SettingSources& sources, const std::string& name) {
  const char* value = sources.environment ? sources.environment(name.c_str()) : std::getenv(name.c_str());
  return value != nullptr && *value != '\0' ? value : nullptr;
}

/// A value as the text that a flag would have; nullopt for what no setting takes.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* list = node.as_array()) {
    std::string joined;
    for (const toml::node& element : *list) {
      if (!element.is_string()) return std::nullopt;
      joined.append(joined.empty() ? "" : ",").append(element.as_string()->get());
    }
    return joined;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  return std::nullopt;
}

/// A key that stands in the file, and where.
struct FileEntry {
  std::string key;
  std::string place;
  std::optional<std::string> value;
};

/// All but the tables that are other processes'.
std::vector<FileEntry> entries_of(const toml::table& table, const std::string& path, bool has_tables) {
  std::vector<FileEntry> entries;
  for (const auto& [key, node] : table) {
    if (has_tables && node.is_table() && contains(process_tables, key.str())) continue;
    entries.push_back({std::string(key.str()), fmt::format("{}:{}", path, node.source().begin.line), text_of(node)});
  }
  return entries;
}

Result<toml::table> parse_file(const std::string& path, const std::string& text) {
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    return fail(Errc::invalid_request, fmt::format("{}:{}: {}.", path, error.source().begin.line, error.description()));
  }
}

std::string shown(const Settings::Setting& setting) {
  const std::string value = setting.show();
  if (setting.text.secret == Secret::url_password) return without_passwords(value);
  if (setting.text.secret == Secret::whole && value != setting.default_shown) return show_value(std::string("***"));
  return value;
}

std::string reference_entry(const Settings::Setting& setting) {
  return fmt::format("\n# {}\n#{} = {}\n", setting.text.help, setting.text.name, setting.default_shown);
}

}  // namespace

template <class T>
void Settings::define(SettingText text, Kind kind, T& target) {
  const ValueRange range{text.least, text.most};
  settings_.push_back({.text = std::move(text),
                       .kind = kind,
                       .assign = [range, &target](std::string_view value) { return read_value(value, range, target); },
                       .show = [&target] { return show_value(target); },
                       .default_shown = show_value(target),
                       .origin = {}});
}

void Settings::add(SettingText text, std::string& target) { define(std::move(text), Kind::text, target); }
void Settings::add(SettingText text, std::vector<std::string>& target) { define(std::move(text), Kind::list, target); }
void Settings::add(SettingText text, bool& target) { define(std::move(text), Kind::boolean, target); }
void Settings::add(SettingText text, std::uint32_t& target) { define(std::move(text), Kind::number, target); }
void Settings::add(SettingText text, std::uint64_t& target) { define(std::move(text), Kind::number, target); }
void Settings::add(SettingText text, std::chrono::seconds& target) { define(std::move(text), Kind::duration, target); }
void Settings::add(SettingText text, std::chrono::milliseconds& target) {
  define(std::move(text), Kind::duration, target);
}

Settings::Setting* Settings::find(std::string_view name) {
  const auto found = std::find_if(settings_.begin(), settings_.end(),
                                  [&](const Setting& setting) { return setting.text.name == name; });
  return found == settings_.end() ? nullptr : &*found;
}

Result<void> Settings::set(Setting& setting, std::string_view value, const std::string& origin) {
  if (auto assigned = setting.assign(value); !assigned) {
    const bool hidden = setting.text.secret != Secret::none;
    return fail(
        Errc::invalid_request,
        fmt::format("{}: {} {}.", origin, hidden ? "its value" : fmt::format("'{}'", value), assigned.error().detail));
  }
  setting.origin = origin;
  return {};
}

Result<void> Settings::load(const SettingSources& sources) {
  const char* const named = variable(sources, "PLATEN_CONFIG");
  const std::string path = sources.config_file ? *sources.config_file : named != nullptr ? named : "";
  if (!path.empty()) {
    if (auto loaded = load_file(path); !loaded)
      return loaded.error().code == Errc::not_found
                 ? fail(Errc::invalid_request, fmt::format("There is no configuration file '{}'.", path))
                 : loaded;
  } else if (!sources.default_file.empty()) {
    auto loaded = load_file(sources.default_file);
    if (!loaded && loaded.error().code != Errc::not_found) return loaded;
  }
  for (Setting& setting : settings_) {
    for (const std::string& name : {setting.text.common_variable, variable_of(setting.text.name)})
      if (const char* const value = name.empty() ? nullptr : variable(sources, name); value != nullptr)
        if (auto done = set(setting, value, name); !done) return done;
    if (const auto flag = sources.flags.find(setting.text.name); flag != sources.flags.end())
      if (auto done = set(setting, flag->second, "--" + setting.text.name); !done) return done;
  }
  return {};
}

Result<void> Settings::load_file(const std::string& path) {
  const auto text = read_file(path, max_file_bytes);
  if (!text && text.error().code == Errc::not_found) return fail(text.error());
  if (!text) return fail(Errc::invalid_request, fmt::format("{}: {}.", path, text.error().detail));
  const auto root = parse_file(path, *text);
  if (!root) return fail(root.error());

  const bool is_own_file = table_.empty();
  std::vector<FileEntry> entries = entries_of(*root, path, !is_own_file);
  std::vector<std::string_view> known;
  if (!is_own_file) known.assign(shared_names.begin(), shared_names.end());
  for (const FileEntry& entry : entries) {
    if (is_own_file ? find(entry.key) != nullptr : contains(shared_names, entry.key)) continue;
    if (is_own_file) {
      for (const Setting& setting : settings_) known.push_back(setting.text.name);
      return fail(Errc::invalid_request,
                  fmt::format("{}: unknown key '{}'.{}", entry.place, entry.key, did_you_mean(entry.key, known)));
    }
    if (find(entry.key) != nullptr)
      return fail(Errc::invalid_request,
                  fmt::format("{}: '{}' belongs into the table [{}].", entry.place, entry.key, table_));
    known.insert(known.end(), process_tables.begin(), process_tables.end());
    return fail(Errc::invalid_request,
                fmt::format("{}: unknown key '{}'.{}", entry.place, entry.key, did_you_mean(entry.key, known)));
  }
  // This process's table comes last, so that what it says counts more.
  if (const toml::table* own = is_own_file ? nullptr : (*root)[table_].as_table()) {
    known.clear();
    for (const Setting& setting : settings_) known.push_back(setting.text.name);
    for (FileEntry& entry : entries_of(*own, path, true)) {
      if (find(entry.key) == nullptr)
        return fail(Errc::invalid_request, fmt::format("{}: unknown key '{}' in [{}].{}", entry.place, entry.key,
                                                       table_, did_you_mean(entry.key, known)));
      entries.push_back(std::move(entry));
    }
  }
  for (const FileEntry& entry : entries) {
    Setting* const setting = find(entry.key);
    if (setting == nullptr) continue;  // shared, and of no use to this process
    const std::string origin = entry.place + ": " + entry.key;
    if (!entry.value)
      return fail(Errc::invalid_request,
                  origin + ": a setting is a text, a list of texts, a whole number, true or false.");
    if (auto done = set(*setting, *entry.value, origin); !done) return done;
  }
  return {};
}

std::string Settings::print() const {
  std::string shared;
  std::string own;
  for (const Setting& setting : settings_)
    (contains(shared_names, setting.text.name) ? shared : own) +=
        fmt::format("{} = {}  # {}\n", setting.text.name, shown(setting),
                    setting.origin.empty() ? std::string("default") : setting.origin);
  return fmt::format("{}\n[{}]\n{}", shared, table_, own);
}

std::string reference_config(const std::vector<const Settings*>& processes) {
  std::string shared;
  std::string tables;
  std::vector<std::string> seen;
  for (const Settings* const process : processes) {
    tables += fmt::format("\n[{}]\n", process->table());
    for (const Settings::Setting& setting : process->all()) {
      if (!contains(shared_names, setting.text.name)) {
        tables += reference_entry(setting);
      } else if (!contains(seen, setting.text.name)) {
        shared += reference_entry(setting);
        seen.push_back(setting.text.name);
      }
    }
  }
  return "# Platen's settings, each with its default. Flags count more than the environment (PLATEN_…), and that more\n"
         "# than this file. `--print-config` shows what a process ends up with.\n" +
         shared + tables;
}

}  // namespace platen
