// What the renderer gives up before it reads anything that a client sent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platen/error.hpp"

namespace platen::worker {

struct Confinement {
  std::uint64_t memory_bytes = 0;          ///< of heap, stacks and private mappings; past it allocations fail
  std::uint64_t file_bytes = 0;            ///< the largest file that it may write; past it writing fails (EFBIG)
  std::vector<std::string> readable = {};  ///< folders with all below them, and files; what is not there is passed over
};

/// Closes every descriptor from `first` on: whatever else the parent held is none of this process's business.
void close_descriptors_from(int first);

/// Takes from this process, for good, all that drawing does not need:
/// - limits: no core file, memory, the size of files, few descriptors; where memory ends, it ends first;
/// - no new privileges;
/// - Landlock, as much of it as the kernel has: files can be opened for reading in `readable` only, nothing can be
///   made, changed or executed; no TCP, no signals and no abstract sockets to others;
/// - a filter of system calls: threads but no processes, no sockets, no opening for writing, no new executable memory.
///   What no library does by accident kills the process (SIGSYS).
/// Descriptors that are open already stay of use. A build with a sanitizer gets the limits only.
/// To be called while there is one thread: what it starts inherits all of it.
/// Errors: `internal` where the kernel has one of them and does not let it be used.
[[nodiscard]] Result<void> confine(const Confinement& confinement);

/// For the log: what of it `confine` can put in force here, as `limits, system call filter, Landlock 4`.
[[nodiscard]] std::string confinement_here();

}  // namespace platen::worker
