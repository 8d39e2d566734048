// The programs beside these tests, which run what npm has.
#pragma once

#include <string>
#include <vector>

namespace platen::test {

/// The command that runs `tests/e2e/clients/programs/NAME` in Node, with the modules that install.sh put there.
[[nodiscard]] inline std::vector<std::string> node_program(const std::string& name,
                                                           const std::vector<std::string>& arguments = {}) {
  std::vector<std::string> command{"env", "PLATEN_NPM=" PLATEN_BINARIES "/clients", "node",
                                   PLATEN_SOURCE "/tests/e2e/clients/programs/" + name};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace platen::test
