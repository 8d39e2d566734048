#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace platen::cli {

namespace {

constexpr mode_t public_file = 0666;  // less the umask

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

tl::unexpected<Error> cannot_write(const std::string& path, int error) {
  return fail(Errc::invalid_request, fmt::format("cannot write '{}': {}", path, errno_text(error)));
}

bool is_in_place(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

Result<void> check_output(const std::string& path) {
  struct stat status {};
  if (path == "-") return {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return cannot_write(path, EISDIR);
  if (!is_in_place(path) && ::access(folder_of(path).c_str(), W_OK | X_OK) != 0) return cannot_write(path, errno);
  return {};
}

Result<OutputFile> OutputFile::create(const std::string& path) {
  OutputFile output;
  output.path_ = path;
  if (path == "-") {
    output.file_ = Fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
  } else if (is_in_place(path)) {
    output.file_ = Fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  } else {
    output.draft_ = fmt::format("{}.{}.part", path, ::getpid());
    output.file_ = Fd(::open(output.draft_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, public_file));
  }
  if (!output.file_) return cannot_write(path, errno);
  return output;
}

OutputFile::~OutputFile() {
  if (file_ && !draft_.empty()) ::unlink(draft_.c_str());
}

Result<void> OutputFile::write(std::string_view bytes) {
  if (auto written = write_all(file_, bytes); !written)
    return fail(Errc::invalid_request, fmt::format("cannot write '{}': {}", path_, written.error().detail));
  return {};
}

Result<void> OutputFile::finish() {
  if (!draft_.empty() && ::rename(draft_.c_str(), path_.c_str()) != 0) return cannot_write(path_, errno);
  file_.reset();
  return {};
}

}  // namespace platen::cli
