// What this process takes of its machine.
#pragma once

#include <cstdint>
#include <string>

#include "platen/error.hpp"

namespace platen {

/// As /proc has it; zeros where that cannot be read.
struct ProcessUsage {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t most_descriptors = 0;
};
[[nodiscard]] ProcessUsage process_usage();

struct DiskSpace {
  std::uint64_t free_bytes = 0;  ///< for those who are not root
  std::uint64_t size_bytes = 0;
};
/// Of the file system that holds `folder`.
[[nodiscard]] Result<DiskSpace> disk_space(const std::string& folder);

}  // namespace platen
