// Numbers, sizes and progress as people read them. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/client_json.hpp"
#include "platen/job.hpp"

namespace platen::cli {

/// `12,200`
[[nodiscard]] std::string count_text(std::uint64_t count);
/// `950 B`, `1.9 MB`: powers of ten.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
/// `0.4 s`, `12 s`, `2 min 5 s`, `3 h 2 min`
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

/// What the terminal can show.
struct LineStyle {
  std::size_t width = 80;  ///< columns; nothing longer is written
  bool unicode = true;
  bool colours = false;
};

/// `[██████████░░░░░░]`, `cells` wide inside.
[[nodiscard]] std::string bar(double percent, std::size_t cells, const LineStyle& style);
/// `render  [██████░░░░] 61 %  12,200/20,000 rows  81,000 rows/s  244 pages  0.4 s left`: the bar shrinks to let it all
/// fit, then parts are left out from the end.
[[nodiscard]] std::string progress_line(const Progress& progress, const LineStyle& style,
                                        std::optional<double> rows_per_second = {});
/// `upload  [██████░░░░] 61 %  1.2/1.9 MB`
[[nodiscard]] std::string upload_line(std::uint64_t sent, std::uint64_t total, const LineStyle& style);
/// `render 61 %, 12,200 of 20,000 rows, 244 pages`: for logs and pipes.
[[nodiscard]] std::string plain_progress(const Progress& progress);
/// A name in exactly so many columns: filled with spaces, or its beginning left out for `…`. Each character counts as
/// one.
[[nodiscard]] std::string label_text(std::string_view name, std::size_t columns);
/// Text of others as a terminal may have it: what would move the cursor, colour, or turn the reading direction is
/// U+FFFD. Line breaks and tabs stay.
[[nodiscard]] std::string harmless(std::string_view text);
/// How many characters a UTF-8 text has.
[[nodiscard]] std::size_t characters_in(std::string_view text);
/// `20,000 rows, 244 pages, 1.9 MB`, and what was left out or replaced.
[[nodiscard]] std::string result_text(const codec::RemoteResult& result);

/// How fast a job's rows are drawn: over the present stage, by the events' own times. A value.
class RowRate {
 public:
  /// nullopt until it is known.
  [[nodiscard]] std::optional<double> after(const Progress& progress, std::optional<TimePoint> at);

 private:
  Stage stage_ = Stage::scan;
  std::uint64_t first_done_ = 0;
  std::uint64_t last_done_ = 0;
  std::optional<TimePoint> began_;
};

/// Lets one line through for each ten percent.
class TenPercents {
 public:
  [[nodiscard]] bool passes(double percent) noexcept;
  void restart() noexcept { next_ = 0; }

 private:
  double next_ = 0;
};

}  // namespace platen::cli
