#include "cli/data_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace platen::cli {

namespace {

constexpr mode_t private_folder = 0700;
constexpr mode_t private_file = 0600;

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(parent, error);
  if (::mkdir(path.c_str(), private_folder) == 0 || errno == EEXIST) return {};
  return fail(Errc::invalid_request, fmt::format("cannot make the folder '{}': {}", path, errno_text(errno)));
}

}  // namespace

Result<DataFolder> DataFolder::claim(const std::string& path) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();  // a slash at the end
  if (auto made = make_folder(absolute.string()); !made) return fail(made.error());
  const std::string lock_path = (absolute / "lock").string();
  Fd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, private_file));
  if (!lock) return fail(Errc::invalid_request, fmt::format("cannot write '{}': {}", lock_path, errno_text(errno)));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(Errc::conflict, fmt::format("another `platen up` runs on {}. Stop it, or give this one a --data-dir "
                                            "and a --listen of its own",
                                            absolute.string()));
  return DataFolder(absolute.string(), std::move(lock));
}

Result<std::string> DataFolder::subfolder(const std::string& name) const {
  const std::string path = path_ + "/" + name;
  if (auto made = make_folder(path); !made) return fail(made.error());
  return path;
}

std::string default_data_folder() {
  const auto variable = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const std::string data = variable("XDG_DATA_HOME"); !data.empty()) return data + "/platen";
  if (const std::string home = variable("HOME"); !home.empty()) return home + "/.local/share/platen";
  return {};
}

}  // namespace platen::cli
