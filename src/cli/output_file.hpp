// A file that is there only when it is whole.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "platen/error.hpp"

namespace platen::cli {

/// Whether a file could be made at `path`; to be asked before the work whose result goes there.
[[nodiscard]] Result<void> check_output(const std::string& path);

/// Written under a name beside the wanted one; dropping it without `finish` leaves nothing.
/// Threads: one at a time.
class OutputFile {
 public:
  /// `-` is standard output; what is there and no plain file (`/dev/null`, a pipe) is written to as it is.
  [[nodiscard]] static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&&) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> finish();

 private:
  OutputFile() = default;
  Fd file_;
  std::string path_;
  std::string draft_;  // empty: written in place
};

}  // namespace platen::cli
