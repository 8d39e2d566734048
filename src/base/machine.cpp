#include "base/machine.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/fd.hpp"

namespace platen {

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors() {
  std::error_code error;
  const auto entries = std::filesystem::directory_iterator("/proc/self/fd", error);
  if (error) return 0;
  return static_cast<std::uint64_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace

ProcessUsage process_usage() {
  ProcessUsage usage;
  rusage times{};
  if (::getrusage(RUSAGE_SELF, &times) == 0)
    usage.cpu_seconds = seconds_of(times.ru_utime) + seconds_of(times.ru_stime);
  usage.resident_bytes = resident_bytes();
  usage.open_descriptors = open_descriptors();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) usage.most_descriptors = limit.rlim_cur;
  return usage;
}

Result<DiskSpace> disk_space(const std::string& folder) {
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) != 0)
    return fail(Errc::unavailable, "Cannot look at the disk of " + folder + ": " + errno_text(errno) + ".");
  return DiskSpace{.free_bytes = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize,
                   .size_bytes = static_cast<std::uint64_t>(space.f_blocks) * space.f_frsize};
}

}  // namespace platen
