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
constexpr std::size_t least_bar_cells = 8;
constexpr std::size_t name_columns = 6;  // the longest stage's

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// Joins the name, the bar and the parts that fit. A bar's cell takes one column, however many bytes.
std::string line_of(std::string_view name, double percent, const std::array<std::string, 4>& parts,
                    const LineStyle& style) {
  constexpr std::size_t brackets = 2;
  std::string line = fmt::format("{:<{}}  ", name, name_columns);
  const std::string percent_text = fmt::format(" {:>3.0f} %", std::floor(percent));
  std::size_t columns = line.size() + percent_text.size();
  std::size_t wanted = columns + brackets + bar_cells;
  for (const std::string& part : parts) wanted += part.empty() ? 0 : 2 + part.size();
  const std::size_t excess = wanted > style.width ? wanted - style.width : 0;
  const std::size_t cells = bar_cells - std::min(excess, bar_cells - least_bar_cells);
  if (columns + brackets + cells <= style.width) {
    line += bar(percent, cells, style);
    columns += brackets + cells;
  }
  line += percent_text;
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

std::string progress_line(const Progress& progress, const LineStyle& style, std::optional<double> rows_per_second) {
  const std::string left = progress.eta ? duration_text(*progress.eta) + " left" : std::string();
  const std::string pages = progress.pages == 0 ? std::string() : pages_text(progress.pages);
  const std::string rate =
      rows_per_second ? count_text(static_cast<std::uint64_t>(*rows_per_second)) + " rows/s" : std::string();
  return line_of(name_of(progress.stage), progress.percent, {rows_text(progress), rate, pages, left}, style);
}

std::string upload_line(std::uint64_t sent, std::uint64_t total, const LineStyle& style) {
  if (total == 0) return fmt::format("{:<{}}  {}", "upload", name_columns, bytes_text(sent));
  const double percent = 100 * static_cast<double>(sent) / static_cast<double>(total);
  return line_of("upload", percent, {fmt::format("{} of {}", bytes_text(sent), bytes_text(total)), "", "", ""}, style);
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

std::size_t characters_in(std::string_view text) {
  constexpr unsigned continuation_mask = 0xC0;
  constexpr unsigned continuation = 0x80;
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & continuation_mask) != continuation;
  }));
}

std::string harmless(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  const auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[at])) : 0U;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_control = (byte(i) < 0x20 && text[i] != '\n' && text[i] != '\t') || byte(i) == 0x7F;
    const bool is_c1 = byte(i) == 0xC2 && byte(i + 1) >= 0x80 && byte(i + 1) < 0xA0;
    // U+202A to U+202E embed and override, U+2066 to U+2069 isolate.
    const bool is_bidi = byte(i) == 0xE2 && ((byte(i + 1) == 0x80 && byte(i + 2) >= 0xAA && byte(i + 2) <= 0xAE) ||
                                             (byte(i + 1) == 0x81 && byte(i + 2) >= 0xA6 && byte(i + 2) <= 0xA9));
    if (!is_control && !is_c1 && !is_bidi) {
      out += text[i];
      continue;
    }
    out += replacement;
    i += is_bidi ? 2 : is_c1 ? 1 : 0;
  }
  return out;
}

std::string label_text(std::string_view name, std::size_t columns) {
  std::size_t length = characters_in(name);
  if (length <= columns) return std::string(name) + std::string(columns - length, ' ');
  while (!name.empty() && length >= columns) {  // its end tells more: folders stand in front
    name.remove_prefix(1);
    length = characters_in(name);
    while (!name.empty() && characters_in(name.substr(0, 1)) == 0) name.remove_prefix(1);
  }
  std::string label("…");
  label += name;
  return label;
}

std::optional<double> RowRate::after(const Progress& progress, std::optional<TimePoint> at) {
  if (!at) return std::nullopt;
  if (!began_ || progress.stage != stage_ || progress.done < last_done_) {
    stage_ = progress.stage;
    first_done_ = last_done_ = progress.done;
    began_ = at;
    return std::nullopt;
  }
  last_done_ = progress.done;
  const auto time = std::chrono::duration<double>(*at - *began_).count();
  constexpr double least_seconds = 0.2;  // before that it is a guess
  if (progress.stage != Stage::render || time < least_seconds) return std::nullopt;
  return static_cast<double>(progress.done - first_done_) / time;
}

bool TenPercents::passes(double percent) noexcept {
  if (percent < next_) return false;
  next_ = (std::floor(percent / 10) + 1) * 10;
  return true;
}

}  // namespace platen::cli
