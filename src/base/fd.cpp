#include "base/fd.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace platen {

namespace {

tl::unexpected<Error> system_failure(int error, std::string_view what) {
  const bool full = error == ENOSPC || error == EDQUOT;
  if (full) return fail(Errc::unavailable, "The disk is full. Free some space and try again.");
  return fail(Errc::internal, std::string(what) + ": " + errno_text(error));
}

}  // namespace

void Fd::reset() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string errno_text(int error) {
  char buffer[128];
  return ::strerror_r(error, buffer, sizeof buffer);  // GNU's: returns the text
}

Result<void> write_all(const Fd& fd, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure(errno, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_all(const Fd& fd, std::size_t limit_bytes) {
  std::string text;
  char buffer[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(errno, "read");
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > limit_bytes) return fail(Errc::too_large, "The file is larger than it may be.");
  }
}

Result<std::string> read_whole(const Fd& file, std::size_t limit_bytes) {
  if (::lseek(file.get(), 0, SEEK_SET) < 0) return system_failure(errno, "lseek");
  return read_all(file, limit_bytes);
}

Result<std::string> read_file(const std::string& path, std::size_t limit_bytes) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(errno == ENOENT ? Errc::not_found : Errc::internal, errno_text(errno));
  return read_all(file, limit_bytes);
}

Result<void> write_file(const std::string& path, std::string_view text, unsigned mode) {
  const std::string draft = path + ".new";
  ::unlink(draft.c_str());
  Fd file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file) return system_failure(errno, "open");
  auto written = write_all(file, text);
  if (written && ::fsync(file.get()) != 0) written = system_failure(errno, "fsync");
  if (written && ::rename(draft.c_str(), path.c_str()) != 0) written = system_failure(errno, "rename");
  if (!written) ::unlink(draft.c_str());
  return written;
}

Result<std::uint64_t> size_of(const Fd& fd) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return system_failure(errno, "fstat");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<Fd> memory_file(std::string_view bytes) {
  Fd file(::memfd_create("platen", MFD_CLOEXEC));
  if (!file) return system_failure(errno, "memfd_create");
  if (auto written = write_all(file, bytes); !written) return fail(written.error());
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return system_failure(errno, "lseek");
  return file;
}

Result<Fd> open_directory(const std::string& path) {
  Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return system_failure(errno, "open directory");
  return directory;
}

}  // namespace platen
