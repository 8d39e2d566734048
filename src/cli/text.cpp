#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace platen::cli {

namespace {

constexpr std::string_view start_colour = "\x1b[36m";
constexpr std::string_view end_colour = "\x1b[0m";
constexpr std::size_t bar_cells = 24;
constexpr std::size_t name_columns = 6;  // the longest stage's

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// Joins the name, the bar and the parts that fit. A bar's cell takes one column, however many bytes.
std::string line_of(std::string_view name, double percent, const std::array<std::string, 3>& parts,
                    const LineStyle& style) {
  std::string line = fmt::format("{:<{}}  ", name, name_columns);
  std::size_t columns = line.size();
  const std::string percent_text = fmt::format(" {:>3.0f} %", std::floor(percent));
  constexpr std::size_t brackets = 2;
  if (columns + percent_text.size() + bar_cells + brackets <= style.width) {
    line += bar(percent, bar_cells, style);
    columns += bar_cells + brackets;
  }
  line += percent_text;
  columns += percent_text.size();
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    columns += 2 + part.size();
    if (columns > style.width) break;
    line += "  " + part;
  }
  return line;
}

std::string rows_text(const Progress& progress) {
  if (progress.total == 0) return progress.done == 0 ? std::string() : count_text(progress.done) + " rows";
  return fmt::format("{}/{} rows", count_text(progress.done), count_text(progress.total));
}

std::string pages_text(std::uint64_t pages) { return count_text(pages) + (pages == 1 ? " page" : " pages"); }

}  // namespace

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string duration_text(std::chrono::milliseconds duration) {
  const long long ms = std::max<long long>(duration.count(), 0);
  const long long seconds = (ms + 500) / 1000;
  if (ms < 9950) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

std::string bar(double percent, std::size_t cells, const LineStyle& style) {
  const double share = std::clamp(percent, 0.0, 100.0) / 100;
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(cells));
  std::string full = repeated(style.unicode ? "█" : "#", filled);
  if (style.colours && filled > 0) full = fmt::format("{}{}{}", start_colour, full, end_colour);
  return fmt::format("[{}{}]", full, repeated(style.unicode ? "░" : "-", cells - filled));
}

std::string progress_line(const Progress& progress, const LineStyle& style) {
  const std::string left = progress.eta ? duration_text(*progress.eta) + " left" : std::string();
  const std::string pages = progress.pages == 0 ? std::string() : pages_text(progress.pages);
  return line_of(name_of(progress.stage), progress.percent, {rows_text(progress), pages, left}, style);
}

std::string upload_line(std::uint64_t sent, std::uint64_t total, const LineStyle& style) {
  if (total == 0) return fmt::format("{:<{}}  {}", "upload", name_columns, bytes_text(sent));
  const double percent = 100 * static_cast<double>(sent) / static_cast<double>(total);
  return line_of("upload", percent, {fmt::format("{} of {}", bytes_text(sent), bytes_text(total)), "", ""}, style);
}

std::string plain_progress(const Progress& progress) {
  std::string line = fmt::format("{} {:.0f} %", name_of(progress.stage), std::floor(progress.percent));
  if (progress.total > 0) line += fmt::format(", {} of {} rows", count_text(progress.done), count_text(progress.total));
  if (progress.pages > 0) line += ", " + pages_text(progress.pages);
  return line;
}

std::string result_text(const codec::RemoteResult& result) {
  std::string text =
      fmt::format("{} rows, {}, {}", count_text(result.rows), pages_text(result.pages), bytes_text(result.bytes));
  if (result.skipped_rows > 0) text += fmt::format("; bad rows left out: {}", count_text(result.skipped_rows));
  if (result.replaced_bytes > 0) text += fmt::format("; invalid text replaced: {}", count_text(result.replaced_bytes));
  if (result.missing_glyphs > 0)
    text += fmt::format("; characters that no font has: {}", count_text(result.missing_glyphs));
  return text;
}

bool TenPercents::passes(double percent) noexcept {
  if (percent < next_) return false;
  next_ = (std::floor(percent / 10) + 1) * 10;
  return true;
}

}  // namespace platen::cli
