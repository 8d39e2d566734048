// Where everything in a chart stands: pure geometry.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "platen/report.hpp"
#include "worker/figures/chart_data.hpp"
#include "worker/figures/text_fit.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

// Units: points. x grows to the right, y downwards, from the chart's top left.

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  [[nodiscard]] double right() const noexcept { return x + width; }
  [[nodiscard]] double bottom() const noexcept { return y + height; }
};

/// What a text says in the chart decides its colour. `value` stands over the grid, `on_mark` on a coloured area.
enum class TextRole { title, label, quiet, value, on_mark };

/// One line of text.
struct ChartLabel {
  std::string text;
  Point begin;       ///< of its baseline
  double width = 0;  ///< along it
  double size_pt = 8;
  double turn = 0;  ///< of the baseline, in radians, clockwise
  TextRole role = TextRole::label;
  std::size_t mark = 0;  ///< the colour that it stands on, of `on_mark`

  /// The corners of what it covers, in order around it.
  [[nodiscard]] std::array<Point, 4> corners() const;
};

/// How far a line of text of size 1 reaches above and below its baseline, accents included.
inline constexpr double text_rise = 0.95;
inline constexpr double text_fall = 0.25;

struct Stroke {
  Point from;
  Point to;
};

/// A bar or a part of one. `mark` is a colour's index.
struct BarMark {
  Box box;
  std::size_t mark = 0;
};

/// A line of a series; a gap in the data parts it into runs.
struct LineMark {
  std::vector<std::vector<Point>> runs;
  std::size_t mark = 0;
};

/// Angles in radians, clockwise from 12 o'clock.
struct SliceMark {
  double from = 0;
  double to = 0;
  std::size_t mark = 0;
};

/// A legend's sample of a colour.
struct KeyMark {
  Box box;
  std::size_t mark = 0;
};

struct ChartLayout {
  double width = 0;
  double height = 0;
  Box plot;
  std::vector<Stroke> grid;
  std::vector<Stroke> axes;
  std::vector<BarMark> bars;
  std::vector<LineMark> lines;
  bool has_points = false;  ///< the lines' points are marked, in a form for each series
  Point center;             ///< of the pie
  double radius = 0;
  std::vector<SliceMark> slices;
  std::vector<std::vector<Point>> leaders;  ///< from slices to their labels
  std::vector<KeyMark> keys;
  std::vector<ChartLabel> labels;
  std::size_t marks = 1;      ///< colours that are needed
  bool last_is_rest = false;  ///< the last colour is that of "Other"
};

/// What a chart is drawn into.
struct ChartRoom {
  double width = 0;
  double height = 0;
};

/// Lays a chart out. No two texts cover the same place, and all stay within the room. Texts that cannot have their room
/// are wrapped, turned, shortened with an ellipsis; of numbers and dates along x some are left out.
/// A chart of no values says so. A pie's values must not be negative.
[[nodiscard]] ChartLayout layout_chart(const ChartSection& chart, const ChartData& data, const ChartRoom& room,
                                       const Metrics& metrics, const TextRuler& ruler);

}  // namespace platen::worker
