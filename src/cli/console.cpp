#include "cli/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace platen::cli {

namespace {

constexpr std::size_t widest_label = 24;
constexpr std::chrono::milliseconds between_draws{40};  // of several bars: more often than that nobody sees

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Bars need a terminal that can go back to the line's beginning.
bool stderr_draws() { return ::isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb"; }

struct Size {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

Size size_of_terminal() {
  winsize size{};
  Size known;
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return known;
  if (size.ws_col > 0) known.columns = size.ws_col;
  if (size.ws_row > 0) known.lines = size.ws_row;
  return known;
}

LineStyle style_of_terminal(Colour colour) {
  LineStyle style;
  std::string_view locale = variable("LC_ALL");
  if (locale.empty()) locale = variable("LC_CTYPE");
  if (locale.empty()) locale = variable("LANG");
  style.unicode = locale.find("UTF-8") != std::string_view::npos || locale.find("utf8") != std::string_view::npos;
  style.colours = colour == Colour::always || (colour == Colour::automatic && variable("NO_COLOR").empty());
  return style;
}

void to_stderr(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

Console::Console(ConsoleOptions options)
    : options_(options), on_terminal_(stderr_draws()), style_(style_of_terminal(options.colour)) {}

Console::~Console() { erase(*screen_.lock()); }

bool Console::is_silent() const noexcept {
  return options_.format == Format::json || options_.loudness == Loudness::quiet;
}

void Console::result(std::string_view line) {
  const auto screen = screen_.lock();
  erase(*screen);
  fmt::print(stdout, "{}\n", options_.format == Format::json ? std::string(line) : harmless(line));
  if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "standard output");
  draw(*screen);
}

void Console::say(Screen& screen, std::string_view name, std::string_view line) {
  erase(screen);
  to_stderr(harmless(name.empty() ? fmt::format("{}\n", line) : fmt::format("{}: {}\n", name, line)));
  draw(screen);
}

void Console::note(std::string_view line, std::string_view name) {
  if (!is_silent()) say(*screen_.lock(), name, line);
}

void Console::complain(const Error& error, std::string_view name) {
  const auto screen = screen_.lock();
  erase(*screen);
  if (options_.format == Format::json) {
    to_stderr(codec::encode_complaint(error, name) + "\n");
    return;
  }
  std::string text = "platen: ";
  if (!name.empty()) text.append(name).append(": ");
  text.append(error.detail).append("\n");
  if (error.fields.size() > 1)  // one alone stands in the detail
    for (const FieldError& field : error.fields) text += fmt::format("  {}: {}\n", field.pointer, field.detail);
  to_stderr(harmless(text));
  draw(*screen);
}

Console::Row& Console::row_of(Screen& screen, const std::string& name) {
  const auto found =
      std::find_if(screen.rows.begin(), screen.rows.end(), [&](const Row& row) { return row.name == name; });
  if (found != screen.rows.end()) return *found;
  return screen.rows.emplace_back(Row{.name = name, .line = {}, .rate = {}, .pace = {}});
}

std::size_t Console::label_columns(const Screen& screen) const {
  std::size_t columns = 0;
  for (const Row& row : screen.rows) columns = std::max(columns, characters_in(row.name));
  return std::min(columns, widest_label);
}

LineStyle Console::style_beside(const Screen& screen) const {
  LineStyle style = style_;
  style.width = size_of_terminal().columns;
  const std::size_t label = label_columns(screen);
  const std::size_t taken = label == 0 ? 0 : label + 2;
  style.width = style.width > taken ? style.width - taken : 0;
  return style;
}

void Console::show_upload(const std::string& name, std::uint64_t sent, std::uint64_t total) {
  if (is_silent() || !on_terminal_) return;
  const auto screen = screen_.lock();
  Row& row = row_of(*screen, name);
  row.line = upload_line(sent, total, style_beside(*screen));
  draw(*screen);
}

void Console::show_event(const std::string& name, std::string_view kind, const codec::RemoteJob& event) {
  if (is_silent()) return;
  const auto screen = screen_.lock();
  Row& row = row_of(*screen, name);
  if (kind == "progress" && event.progress) {
    const auto rate = row.rate.after(*event.progress, event.at);
    if (on_terminal_) {
      row.line = progress_line(*event.progress, style_beside(*screen), rate);
      const bool is_alone = screen->rows.size() == 1;
      if (is_alone || std::chrono::steady_clock::now() - screen->last_drawn >= between_draws) draw(*screen);
    } else if (row.pace.passes(event.progress->percent)) {
      say(*screen, name, plain_progress(*event.progress));
    }
    return;
  }
  if (has_ended(event.status)) return;  // told by whoever knows what is to be done with it
  row.pace.restart();
  std::string line(kind == "reset" ? name_of(event.status) : kind);
  if (kind == "started" && event.attempt > 1) line += fmt::format(" again, attempt {}", event.attempt);
  if (kind == "retrying" && event.error) line += ": " + event.error->detail;
  // Of several jobs each has its line, which says so; a list of all that happens would scroll the bars away.
  const bool has_line = on_terminal_ && !name.empty();
  row.line = has_line ? line : std::string();
  if (has_line && kind != "retrying") return draw(*screen);
  say(*screen, name, line);
}

void Console::end(const std::string& name) {
  const auto screen = screen_.lock();
  erase(*screen);
  std::erase_if(screen->rows, [&](const Row& row) { return row.name == name; });
  draw(*screen);
}

void Console::draw(Screen& screen) {
  if (!on_terminal_ || is_silent()) return;
  const std::size_t label = label_columns(screen);
  const std::size_t most = std::max<std::size_t>(size_of_terminal().lines, 2) - 1;
  std::vector<std::string> lines;
  for (const Row& row : screen.rows) {
    if (row.line.empty()) continue;
    lines.push_back(label == 0 ? row.line : label_text(row.name, label) + "  " + row.line);
  }
  if (lines.size() > most) {
    const std::size_t hidden = lines.size() - most + 1;
    lines.resize(most - 1);
    lines.push_back(fmt::format("{} {} more", style_.unicode ? "…" : "...", hidden));
  }
  std::string text = screen.drawn > 0 ? "\r" : "";
  if (screen.drawn > 1) text += fmt::format("\x1b[{}A", screen.drawn - 1);
  for (std::size_t i = 0; i < lines.size(); ++i) text.append(i == 0 ? "\r" : "\n").append(lines[i]).append("\x1b[K");
  if (screen.drawn > lines.size()) text += "\x1b[J";
  if (!text.empty()) to_stderr(text);
  screen.drawn = lines.size();
  screen.last_drawn = std::chrono::steady_clock::now();
}

void Console::erase(Screen& screen) {
  if (screen.drawn == 0) return;
  std::string text = "\r";
  if (screen.drawn > 1) text += fmt::format("\x1b[{}A", screen.drawn - 1);
  to_stderr(text + "\x1b[J");
  screen.drawn = 0;
}

}  // namespace platen::cli
