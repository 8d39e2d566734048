// The programs beside these tests, which run what npm has.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace platen::test {

/// The command that runs `tests/e2e/clients/programs/NAME` in Node, with the modules that install.sh put there. Where
/// it could not, for want of a registry, the test is told so, and ctest counts it as skipped.
[[nodiscard]] inline std::vector<std::string> node_program(const std::string& name,
                                                           const std::vector<std::string>& arguments = {}) {
  if (!std::filesystem::exists(PLATEN_BINARIES "/clients/installed.json")) FAIL("npm's modules are not installed");
  std::vector<std::string> command{"env", "PLATEN_NPM=" PLATEN_BINARIES "/clients", "node",
                                   PLATEN_SOURCE "/tests/e2e/clients/programs/" + name};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace platen::test
