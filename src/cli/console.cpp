#include "cli/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace platen::cli {

namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Bars need a terminal that can go back to the line's beginning.
bool stderr_draws() { return ::isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb"; }

LineStyle style_of_terminal() {
  LineStyle style;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  std::string_view locale = variable("LC_ALL");
  if (locale.empty()) locale = variable("LC_CTYPE");
  if (locale.empty()) locale = variable("LANG");
  style.unicode = locale.find("UTF-8") != std::string_view::npos || locale.find("utf8") != std::string_view::npos;
  style.colours = variable("NO_COLOR").empty();
  return style;
}

}  // namespace

Console::Console(Format format) : format_(format), on_terminal_(stderr_draws()), style_(style_of_terminal()) {}

Console::~Console() { erase(); }

void Console::result(std::string_view line) {
  erase();
  fmt::print(stdout, "{}\n", line);
  if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "standard output");
}

void Console::note(std::string_view line) {
  if (format_ == Format::json) return;
  erase();
  fmt::print(stderr, "{}\n", line);
}

void Console::complain(const Error& error) {
  erase();
  fmt::print(stderr, "platen: {}\n", error.detail);
  if (error.fields.size() < 2) return;  // one alone stands in the detail
  for (const FieldError& field : error.fields) fmt::print(stderr, "  {}: {}\n", field.pointer, field.detail);
}

void Console::show_upload(std::uint64_t sent, std::uint64_t total) {
  if (on_terminal_) draw(upload_line(sent, total, style_));
}

void Console::show_event(std::string_view kind, const codec::RemoteJob& event) {
  if (format_ == Format::json) return;
  if (kind == "progress" && event.progress) {
    if (on_terminal_)
      draw(progress_line(*event.progress, style_));
    else if (pace_.passes(event.progress->percent))
      note(plain_progress(*event.progress));
    return;
  }
  if (has_ended(event.status)) return;  // told by whoever knows what is to be done with it
  pace_.restart();
  std::string line(kind == "reset" ? name_of(event.status) : kind);
  if (kind == "started" && event.attempt > 1) line += fmt::format(" again, attempt {}", event.attempt);
  if (kind == "retrying" && event.error) line += ": " + event.error->detail;
  note(line);
}

void Console::draw(const std::string& line) {
  if (format_ == Format::json) return;
  fmt::print(stderr, "\r{}\x1b[K", line);
  std::fflush(stderr);
  drawn_ = true;
}

void Console::erase() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace platen::cli
