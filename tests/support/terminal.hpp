// A program in a pseudo-terminal, as a person runs it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/process.hpp"

namespace platen::test {

/// Its standard streams are one terminal of 100 columns and 30 lines. Owns: the program and the terminal's other end.
class Terminal {
 public:
  explicit Terminal(std::vector<std::string> command);
  /// What it has written so far, with all control sequences.
  [[nodiscard]] const std::string& read();
  /// Its lines as they stand on the screen now: carriage returns, cursor up, erase line and screen are obeyed.
  [[nodiscard]] std::vector<std::string> screen();
  void press_ctrl_c();
  /// The exit status, -1 for a signal. Throws std::runtime_error past `at_most`.
  [[nodiscard]] int finish(std::chrono::seconds at_most = std::chrono::seconds(60));

 private:
  Fd master_;
  Process process_;
  std::string written_;
};

}  // namespace platen::test
