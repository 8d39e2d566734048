#include "tests/support/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

namespace platen::test {

namespace {

constexpr unsigned short terminal_columns = 100;
constexpr unsigned short terminal_lines = 30;

}  // namespace

Terminal::Terminal(std::vector<std::string> command) : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  if (!master_ || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0)
    throw std::runtime_error("there is no pseudo-terminal: " + errno_text(errno));
  const Fd slave(::open(::ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  winsize size{terminal_lines, terminal_columns, 0, 0};
  ::ioctl(slave.get(), TIOCSWINSZ, &size);
  // setsid makes the terminal the program's own, so that Ctrl-C is a signal to it.
  command.insert(command.begin(), {"setsid", "--ctty", "--wait"});
  auto started = Process::start({.command = std::move(command),
                                 .environment = {{"TERM", "xterm"}, {"LC_ALL", "C.UTF-8"}, {"NO_COLOR", "1"}},
                                 .descriptors = {{slave.get(), 0}, {slave.get(), 1}, {slave.get(), 2}}});
  if (!started) throw std::runtime_error(started.error().detail);
  process_ = std::move(*started);
}

const std::string& Terminal::read() {
  std::array<char, 4096> buffer{};
  for (pollfd ready{master_.get(), POLLIN, 0}; ::poll(&ready, 1, 0) > 0;) {
    const ssize_t got = ::read(master_.get(), buffer.data(), buffer.size());
    if (got <= 0) break;  // EIO: nobody has the other end any more
    written_.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return written_;
}

std::vector<std::string> Terminal::screen() {
  std::vector<std::string> lines(1);
  std::size_t row = 0;
  bool at_begin = true;  // the next text replaces the line
  const std::string text = read();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      at_begin = true;
    } else if (text[i] == '\n') {
      if (++row == lines.size()) lines.emplace_back();
      at_begin = true;
    } else if (text.compare(i, 2, "\x1b[") == 0) {
      const std::size_t end = text.find_first_of("AJKm", i + 2);
      if (end == std::string::npos) break;
      const std::size_t count = static_cast<std::size_t>(std::max(1, std::atoi(text.c_str() + i + 2)));
      if (text[end] == 'A') row -= std::min(row, count);
      if (text[end] == 'J') lines.resize(row + 1);
      if (text[end] != 'A' && at_begin) lines[row].clear();
      i = end;
    } else {
      if (std::exchange(at_begin, false)) lines[row].clear();
      lines[row] += text[i];
    }
  }
  return lines;
}

void Terminal::press_ctrl_c() {
  const char interrupt = '\x03';
  if (::write(master_.get(), &interrupt, 1) != 1) throw std::runtime_error("the terminal takes nothing");
}

int Terminal::finish(std::chrono::seconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  for (;;) {
    // Reading all the while: a terminal that nobody reads from stops its writers.
    const auto status = process_.wait(std::chrono::milliseconds(20));
    (void)read();
    if (status) return WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("it did not end in time: " + written_);
  }
}

}  // namespace platen::test
