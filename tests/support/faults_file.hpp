// The file that fault_preload reads in each process.
#pragma once

#include <climits>

namespace platen::test {

/// Shared memory: every process that was started with faults maps it.
struct FaultsFile {
  char folder[PATH_MAX];     ///< whose writes count, without a slash at its end; empty: none
  int writes;                ///< so far, of all processes: write, fsync, link, rename, mkdir, files made
  int fail_from;             ///< the number of the first that fails with ENOSPC, from 1; 0: none
  int fail_count;            ///< how many in a row
  char failed[32];           ///< the last call that failed
  long long clock_offset_s;  ///< what the wall clock is off by
};

}  // namespace platen::test
