// The running texts of a report, broken into lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/time.hpp"
#include "worker/draw/scan.hpp"
#include "worker/draw/shaper.hpp"

namespace platen::worker {

/// Sets texts as wide as the page's body. Borrows: the setting. Threads: one.
class DocumentTexts {
 public:
  explicit DocumentTexts(const Setting& setting) : setting_(setting) {}

  /// A title or heading: at most a few lines, the last of which ends in an ellipsis. None for an empty text.
  [[nodiscard]] std::vector<ShapedLine> title(std::string_view text, Weight weight, double size_pt) const;
  /// Paragraphs in the markup; an empty line stands for a blank one.
  [[nodiscard]] std::vector<ShapedLine> paragraphs(std::string_view markup) const;
  /// Plain text below a figure.
  [[nodiscard]] std::vector<ShapedLine> caption(std::string_view text) const;
  /// A line of the table of contents.
  [[nodiscard]] ShapedLine contents_line(std::string_view text, double width_pt) const;
  /// `20,000 rows  ·  1 March 2026  ·  Finance`.
  [[nodiscard]] std::string facts(std::optional<std::uint64_t> rows, std::string_view author,
                                  TimePoint created_at) const;

 private:
  [[nodiscard]] double width() const { return setting_.style.frame.body_width(); }

  const Setting& setting_;
};

/// `1 March 2026`, in UTC, as the locale has it.
[[nodiscard]] std::string day_of(TimePoint time, const Locale& locale);
/// `15:09`, in UTC.
[[nodiscard]] std::string time_of(TimePoint time);

}  // namespace platen::worker
