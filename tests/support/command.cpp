#include "tests/support/command.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace platen::test {

namespace {

Fd empty_file() {
  auto file = memory_file("");
  if (!file) throw std::runtime_error(file.error().detail);
  return std::move(*file);
}

/// All of a file, whatever position its writer is at.
std::string contents(const Fd& file) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = ::pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Output run(std::vector<std::string> command, std::chrono::seconds at_most) {
  return Background(std::move(command)).finish(at_most);
}

Background::Background(std::vector<std::string> command) : out_(empty_file()), err_(empty_file()) {
  auto started = Process::start({.command = std::move(command),
                                 .environment = {},
                                 .descriptors = {{out_.get(), STDOUT_FILENO}, {err_.get(), STDERR_FILENO}}});
  if (!started) throw std::runtime_error(started.error().detail);
  process_ = std::move(*started);
}

std::string Background::out() const { return contents(out_); }
std::string Background::err() const { return contents(err_); }

Output Background::finish(std::chrono::seconds at_most) {
  const auto status = process_.wait(at_most);
  if (!status) throw std::runtime_error("it did not end in time; it said: " + out() + err());
  return {WIFEXITED(*status) ? WEXITSTATUS(*status) : -1, out(), err()};
}

}  // namespace platen::test
