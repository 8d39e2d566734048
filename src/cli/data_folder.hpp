// The folder in which `platen up` keeps everything, and its claim to it.
#pragma once

#include <string>

#include "base/fd.hpp"
#include "platen/error.hpp"

namespace platen::cli {

/// Owns: the folder's lock, so that nobody else runs on it; the kernel takes it back even from a process that is
/// killed.
class DataFolder {
 public:
  /// Makes the folder if it is missing, for this user only. `conflict` when another `platen up` has it.
  [[nodiscard]] static Result<DataFolder> claim(const std::string& path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Makes a folder in it if it is missing, and returns its path.
  [[nodiscard]] Result<std::string> subfolder(const std::string& name) const;

 private:
  DataFolder(std::string path, Fd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string path_;
  Fd lock_;
};

/// `$XDG_DATA_HOME/platen`, else `~/.local/share/platen`; empty where neither is known.
[[nodiscard]] std::string default_data_folder();

}  // namespace platen::cli
