#include "cli/credentials.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/api_key.hpp"
#include "base/fd.hpp"

namespace platen::cli {

namespace {

constexpr std::size_t longest_file = 4096;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
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
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(Errc::invalid_request, fmt::format("others than you may read '{}': chmod 600 it", path));
  const auto text = read_file(path, longest_file);
  if (!text) return fail(Errc::invalid_request, fmt::format("cannot read '{}': {}", path, text.error().detail));
  return checked(*text, fmt::format("'{}'", path));
}

}  // namespace

Result<std::string> find_api_key(const std::string& key_file) {
  if (!key_file.empty()) return key_in(key_file);
  if (const std::string key = variable("PLATEN_API_KEY"); !key.empty()) return checked(key, "PLATEN_API_KEY");
  if (const std::string path = variable("PLATEN_API_KEY_FILE"); !path.empty()) return key_in(path);
  const std::string home = variable("HOME");
  const std::string folder = variable("XDG_CONFIG_HOME");
  if (home.empty() && folder.empty()) return std::string();
  const std::string path = (folder.empty() ? home + "/.config" : folder) + "/platen/api-key";
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? key_in(path) : std::string();
}

}  // namespace platen::cli
