// What a test loads into a process before all else (LD_PRELOAD), to make its disk full and its clock wrong: by a file
// that FAULTS_FILE names, which any number of processes share. See tests/support/faulty_system.hpp.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "tests/support/faults_file.hpp"

namespace {

using platen::test::FaultsFile;

FaultsFile* faults() {
  static FaultsFile* const shared = [] {
    const char* const path = std::getenv("FAULTS_FILE");
    const int fd = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return static_cast<FaultsFile*>(nullptr);
    void* const map = ::mmap(nullptr, sizeof(FaultsFile), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    return map == MAP_FAILED ? nullptr : static_cast<FaultsFile*>(map);
  }();
  return shared;
}

template <class Function>
Function* next(const char* name, Function* /*its type*/) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_below(const char* path) {
  const FaultsFile* const shared = faults();
  return shared != nullptr && shared->folder[0] != '\0' &&
         std::strncmp(path, shared->folder, std::strlen(shared->folder)) == 0;
}

bool is_below(int fd) {
  if (faults() == nullptr || faults()->folder[0] == '\0') return false;
  char link[64];
  char path[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = ::readlink(link, path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  return is_below(path);
}

/// Counts one write to the folder; true, with errno set, when it is to fail.
bool fails(const char* what) {
  FaultsFile* const shared = faults();
  const int number = __atomic_add_fetch(&shared->writes, 1, __ATOMIC_SEQ_CST);
  const bool is_hit =
      shared->fail_from > 0 && number >= shared->fail_from && number < shared->fail_from + shared->fail_count;
  if (!is_hit) return false;
  std::snprintf(shared->failed, sizeof shared->failed, "%s", what);
  errno = ENOSPC;
  return true;
}

bool makes_a_file(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t count) {
  static const auto real = next("write", &::write);
  if (is_below(fd) && fails("write")) return -1;
  return real(fd, bytes, count);
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  static const auto real = next("pwrite", &::pwrite);
  if (is_below(fd) && fails("pwrite")) return -1;
  return real(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t offset) {
  static const auto real = next("pwrite64", &::pwrite64);
  if (is_below(fd) && fails("pwrite")) return -1;
  return real(fd, bytes, count, offset);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  static const auto real = next("writev", &::writev);
  if (is_below(fd) && fails("writev")) return -1;
  return real(fd, parts, count);
}

int fsync(int fd) {
  static const auto real = next("fsync", &::fsync);
  if (is_below(fd) && fails("fsync")) return -1;
  return real(fd);
}

int fdatasync(int fd) {
  static const auto real = next("fdatasync", &::fdatasync);
  if (is_below(fd) && fails("fdatasync")) return -1;
  return real(fd);
}

int ftruncate(int fd, off_t length) noexcept {
  static const auto real = next("ftruncate", &::ftruncate);
  if (is_below(fd) && fails("ftruncate")) return -1;
  return real(fd, length);
}

int rename(const char* from, const char* to) noexcept {
  static const auto real = next("rename", &::rename);
  if (is_below(to) && fails("rename")) return -1;
  return real(from, to);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  static const auto real = next("linkat", &::linkat);
  if (is_below(to_folder) && fails("linkat")) return -1;
  return real(from_folder, from, to_folder, to, flags);
}

int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  static const auto real = next("mkdirat", &::mkdirat);
  if (is_below(folder) && fails("mkdirat")) return -1;
  return real(folder, path, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  static const auto real = next("openat", &::openat);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = makes_a_file(flags) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (makes_a_file(flags) && (path[0] == '/' ? is_below(path) : is_below(folder)) && fails("openat")) return -1;
  return real(folder, path, flags, mode);
}

int open(const char* path, int flags, ...) {
  static const auto real = next("open", &::open);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = makes_a_file(flags) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (makes_a_file(flags) && is_below(path) && fails("open")) return -1;
  return real(path, flags, mode);
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto real = next("clock_gettime", &::clock_gettime);
  const int result = real(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME && faults() != nullptr) time->tv_sec += faults()->clock_offset_s;
  return result;
}

int gettimeofday(timeval* time, void* zone) noexcept {
  static const auto real = next("gettimeofday", &::gettimeofday);
  const int result = real(time, zone);
  if (result == 0 && faults() != nullptr) time->tv_sec += faults()->clock_offset_s;
  return result;
}

time_t time(time_t* into) noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  if (into != nullptr) *into = now.tv_sec;
  return now.tv_sec;
}
}
