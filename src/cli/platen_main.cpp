// platen: the command line.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <system_error>

#include "base/exit_code.hpp"
#include "cli/command_line.hpp"

int main(int argc, char** argv) {
  try {
    platen::cli::CommandLine command_line;
    return command_line.run(argc, argv);
  } catch (const std::system_error& error) {  // standard output is full or gone, or there are no descriptors left
    fmt::print(stderr, "platen: {}\n", error.what());
    return platen::exit_unavailable;
  } catch (const std::exception& error) {
    fmt::print(stderr, "platen: a bug: {}\n", error.what());
    return platen::exit_bug;
  }
}
