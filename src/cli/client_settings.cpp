#include "cli/client_settings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/api_key.hpp"
#include "base/fd.hpp"

namespace platen::cli {

namespace {

constexpr std::size_t longest_key_file = 4096;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// PLATEN_CONFIG is the daemons' file; ours has a variable of its own.
const char* client_variable(const char* name) {
  return std::getenv(std::string_view(name) == "PLATEN_CONFIG" ? "PLATEN_CLI_CONFIG" : name);
}

std::string config_folder() {
  const std::string home = variable("HOME");
  const std::string folder = variable("XDG_CONFIG_HOME");
  if (home.empty() && folder.empty()) return {};
  return (folder.empty() ? home + "/.config" : folder) + "/platen";
}

bool others_may_read(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

std::string trimmed(const std::string& text) {
  constexpr const char* space = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(space);
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

Result<std::string> checked(const std::string& text, const std::string& place) {
  std::string key = trimmed(text);
  if (!id_of_api_key(key))
    return fail(Errc::invalid_request, fmt::format("{} holds no API key; one looks like 'plk_…'", place));
  return key;
}

Result<std::string> key_in(const std::string& path) {
  if (others_may_read(path))
    return fail(Errc::invalid_request, fmt::format("others than you may read '{}': chmod 600 it", path));
  const auto text = read_file(path, longest_key_file);
  if (!text) return fail(Errc::invalid_request, fmt::format("cannot read '{}': {}", path, text.error().detail));
  return checked(*text, fmt::format("'{}'", path));
}

/// How much a setting's origin counts.
enum class Place { nowhere, file, environment, flag };

Place place_of(const std::string& origin) {
  if (origin.empty()) return Place::nowhere;
  if (origin.starts_with("--")) return Place::flag;
  return origin.starts_with("PLATEN_") ? Place::environment : Place::file;
}

const Settings::Setting& setting_named(const Settings& settings, std::string_view name) {
  return *std::find_if(settings.all().begin(), settings.all().end(),
                       [&](const Settings::Setting& setting) { return setting.text.name == name; });
}

}  // namespace

ClientSettings::ClientSettings() {
  settings.add({.name = "server", .help = "The server's URL."}, server);
  settings.add({.name = "api-key", .help = "The API key to send. Rather keep it in a file.", .secret = Secret::whole},
               api_key);
  settings.add({.name = "api-key-file", .help = "The file with the API key, which only you may read."}, api_key_file);
  settings.add({.name = "color", .help = "Colours on the terminal: auto, always or never."}, color);
  settings.add({.name = "quiet", .help = "Say nothing but results and errors."}, quiet);
}

Result<void> ClientSettings::load(SettingSources sources) {
  sources.default_file = default_client_config();
  if (!sources.environment) sources.environment = client_variable;
  const char* const named = sources.environment("PLATEN_CONFIG");
  file_ = sources.config_file                  ? *sources.config_file
          : named != nullptr && *named != '\0' ? std::string(named)
                                               : sources.default_file;
  if (auto loaded = settings.load(sources); !loaded) return loaded;
  if (color == "auto" || color == "always" || color == "never") return {};
  return fail(Errc::invalid_request, fmt::format("{}: '{}' is none of auto, always and never.",
                                                 setting_named(settings, "color").origin, color));
}

Result<std::string> ClientSettings::find_key() const {
  const std::string& origin = setting_named(settings, "api-key").origin;
  const Place key_place = api_key.empty() ? Place::nowhere : place_of(origin);
  const Place file_place =
      api_key_file.empty() ? Place::nowhere : place_of(setting_named(settings, "api-key-file").origin);
  if (key_place != Place::nowhere && key_place >= file_place) return checked(api_key, origin);
  if (file_place != Place::nowhere) return key_in(api_key_file);
  const std::string path = default_key_file();
  struct stat status {};
  return !path.empty() && ::stat(path.c_str(), &status) == 0 ? key_in(path) : std::string();
}

std::vector<std::string> ClientSettings::warnings() const {
  if (place_of(setting_named(settings, "api-key").origin) != Place::file || !others_may_read(file_)) return {};
  return {fmt::format("'{}' has an API key in it, and others than you may read it: chmod 600 it", file_)};
}

Colour ClientSettings::colour() const noexcept {
  return color == "always" ? Colour::always : color == "never" ? Colour::never : Colour::automatic;
}

std::string default_client_config() {
  const std::string folder = config_folder();
  return folder.empty() ? folder : folder + "/config.toml";
}

std::string default_key_file() {
  const std::string folder = config_folder();
  return folder.empty() ? folder : folder + "/api-key";
}

}  // namespace platen::cli
