// A disk that is full at a chosen write, and a clock that is wrong, for the processes of a test.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/faults_file.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

/// Whether programs of this build can be given one: a sanitizer's library wants to be the first that is loaded.
[[nodiscard]] constexpr bool can_be_faulty() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;
#else
  return true;
#endif
}

/// Processes that are started with `environment` see what this says, at once and all the same. Kernel and disk are
/// not touched; what is called without the C library (vDSO and system calls by hand) is not seen.
/// Owns: the file that they share. Threads: any.
class FaultySystem {
 public:
  FaultySystem();
  FaultySystem(const FaultySystem&) = delete;
  FaultySystem& operator=(const FaultySystem&) = delete;
  ~FaultySystem();

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> environment() const;

  /// From now on counts the writes to files below `folder`, from 1; the `from`th and those that follow it, `count` in
  /// all, fail for want of space. 0: none fails.
  void fill_disk(const std::string& folder, int from, int count = 1);
  /// How many writes there were since.
  [[nodiscard]] int writes() const;
  /// The name of the call that failed last, empty when none did.
  [[nodiscard]] std::string failed() const;

  /// The wall clock is so much ahead.
  void set_clock_ahead(long long seconds);

 private:
  TempDir folder_;
  FaultsFile* shared_ = nullptr;
};

}  // namespace platen::test
