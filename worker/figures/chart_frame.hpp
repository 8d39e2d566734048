// What kinds of charts have in common while they are laid out: title, legend, sizes of type.
#pragma once

#include <string>
#include <string_view>

#include "worker/figures/chart_layout.hpp"

namespace platen::worker {

/// A layout under way: what is left of the room shrinks as parts take theirs. Borrows: everything. Threads: one.
struct ChartFrame {
  const ChartSection& chart;
  const ChartData& data;
  const TextRuler& ruler;
  double size;  ///< of labels
  ChartLayout layout;
  Box room;  ///< what is left

  [[nodiscard]] TextStyle style() const { return {ruler, size, TextWeight::regular}; }
  [[nodiscard]] double line() const { return size * (text_rise + text_fall); }
  [[nodiscard]] double width_of(std::string_view text) const { return style().width(text); }

  enum class Anchor { left, center, right };
  /// Puts a level text with its baseline at `at`, which is its left end, its middle or its right end.
  void put(std::string text, Point at, Anchor anchor, TextRole role = TextRole::label);
};

/// Lays the values out below the title and the legend.
void layout_plot(ChartFrame& frame);
void layout_pie(ChartFrame& frame);

/// The size of the sample of a colour, and the distance to its text.
inline constexpr double key_side = 0.8;  // of the text's size
inline constexpr double key_gap = 0.45;

}  // namespace platen::worker
