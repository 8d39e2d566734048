// Running a program to its end, and what it said.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/process.hpp"

namespace platen::test {

struct Output {
  int exit_code = -1;  ///< -1 when a signal ended it
  std::string out;
  std::string err;
};

/// Runs `command` (a path, or a name on PATH) and gathers what it prints. Kills it after `at_most` and throws
/// std::runtime_error, with what it had said so far.
[[nodiscard]] Output run(std::vector<std::string> command, std::chrono::seconds at_most = std::chrono::seconds(120));

/// A program that goes on, its standard output growing in a file that can be read at any time.
class Background {
 public:
  explicit Background(std::vector<std::string> command);
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  [[nodiscard]] Process& process() noexcept { return process_; }
  /// Waits for its end, within patience; throws std::runtime_error otherwise.
  [[nodiscard]] Output finish(std::chrono::seconds at_most = std::chrono::seconds(120));

 private:
  Fd out_;
  Fd err_;
  Process process_;
};

}  // namespace platen::test
