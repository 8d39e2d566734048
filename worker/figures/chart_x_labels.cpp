#include "worker/figures/chart_x_labels.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace platen::worker {

namespace {

// All in sizes of the text.
constexpr double gap_below_plot = 0.65;  // the lowest tick's text reaches as far down
constexpr double gap_between = 0.6;
constexpr double tilted_pitch = 1.75;  // between slanting texts, along x: 1.24 across them
constexpr double upright_pitch = 1.25;
constexpr std::size_t most_lines = 3;

constexpr double tilted = -std::numbers::pi / 4;
constexpr double upright = -std::numbers::pi / 2;
constexpr double diagonal = std::numbers::sqrt2 / 2;

double widest(const ChartFrame& frame) {
  double width = 0;
  for (const std::string& label : frame.data.labels) width = std::max(width, frame.width_of(label));
  return width;
}

double middle_of(double plot_left, double slot, std::size_t x) {
  return plot_left + (static_cast<double>(x) + 0.5) * slot;
}

XLabels level(const ChartFrame& frame, double most_width) {
  XLabels labels;
  for (const std::string& label : frame.data.labels)
    labels.lines.push_back({shortened(label, most_width, frame.style())});
  labels.height = gap_below_plot * frame.size + frame.line();
  return labels;
}

/// Every n-th, beginning with the first that does not reach out of the chart; nullopt where that would be fewer than
/// two of them.
std::optional<XLabels> thinned(const ChartFrame& frame, double plot_left, double slot) {
  const double width = widest(frame);
  const auto every = static_cast<std::size_t>(std::ceil((width + gap_between * frame.size) / slot));
  const auto fits = [&](std::size_t x) {
    const double middle = middle_of(plot_left, slot, x);
    return middle - width / 2 >= frame.room.x && middle + width / 2 <= frame.room.right();
  };
  std::size_t first = 0;
  const std::size_t count = frame.data.labels.size();
  while (first < count && !fits(first)) ++first;
  if (first + every >= count || !fits(first + every)) return std::nullopt;
  XLabels labels = level(frame, width);
  for (std::size_t x = 0; x < count; ++x)
    if (x < first || (x - first) % every != 0 || !fits(x)) labels.lines[x].clear();
  return labels;
}

/// All of them, each on a few lines; without any lines where one does not fit.
XLabels wrapped_all(const ChartFrame& frame, double width) {
  XLabels labels;
  std::size_t most = 1;
  for (const std::string& label : frame.data.labels) {
    labels.lines.push_back(wrapped(label, width, most_lines, frame.style()));
    if (labels.lines.back().empty() && !label.empty()) return {};
    most = std::max(most, labels.lines.back().size());
  }
  labels.height = gap_below_plot * frame.size + static_cast<double>(most) * frame.line();
  return labels;
}

/// Where the baseline of a turned text ends, seen from the middle of its slot at the plot's bottom.
Point end_of_turned(const ChartFrame& frame, double turn, double middle) {
  if (turn == upright) return {middle + (text_rise - text_fall) / 2 * frame.size, gap_below_plot * frame.size};
  return {middle + 0.25 * frame.size, (0.4 + text_rise * diagonal) * frame.size};
}

XLabels turned(const ChartFrame& frame, double plot_left, double slot, double most_height) {
  XLabels labels;
  labels.turn = slot >= tilted_pitch * frame.size ? tilted : upright;
  const bool leans = labels.turn == tilted;
  const double across = leans ? diagonal : 1;  // how far down a text of length 1 reaches
  const auto every =
      static_cast<std::size_t>(leans ? 1.0 : std::max(1.0, std::ceil(upright_pitch * frame.size / slot)));
  labels.lines.resize(frame.data.labels.size());
  double longest = 0;
  for (std::size_t x = 0; x < labels.lines.size(); x += every) {
    const Point end = end_of_turned(frame, labels.turn, middle_of(plot_left, slot, x));
    if (end.x + text_fall * frame.size > frame.room.right()) break;  // the last of very many
    const double drop = end.y + (leans ? text_fall * diagonal * frame.size : 0);
    double most = (most_height - drop) / across;
    const double wished = std::min(most, frame.width_of(frame.data.labels[x])) + text_rise * frame.size;
    if (leans) {
      labels.wished_left = std::max(labels.wished_left, plot_left + wished * diagonal - (end.x - frame.room.x));
      most = std::min(most, (end.x - frame.room.x) / diagonal - text_rise * frame.size);
    }
    labels.lines[x].push_back(shortened(frame.data.labels[x], most, frame.style()));
    longest = std::max(longest, drop + frame.width_of(labels.lines[x].back()) * across);
  }
  labels.height = longest;
  return labels;
}

void place_turned(ChartFrame& frame, std::string text, double turn, Point end) {
  if (text.empty()) return;
  const double width = frame.width_of(text);
  const Point begin{end.x - width * std::cos(turn), end.y - width * std::sin(turn)};
  frame.layout.labels.push_back({std::move(text), begin, width, frame.size, turn, TextRole::label, 0});
}

}  // namespace

XLabels plan_x_labels(const ChartFrame& frame, double plot_left, double slot, double most_height) {
  const double room = slot - gap_between * frame.size;
  if (widest(frame) <= room || frame.data.labels.size() == 1) return level(frame, room);
  if (frame.data.is_ordered)
    if (auto labels = thinned(frame, plot_left, slot)) return *std::move(labels);
  if (XLabels labels = wrapped_all(frame, room); !labels.lines.empty() && labels.height <= most_height) return labels;
  return turned(frame, plot_left, slot, most_height);
}

void place_x_labels(ChartFrame& frame, XLabels labels, double bottom) {
  const Box& plot = frame.layout.plot;
  const double slot = plot.width / static_cast<double>(labels.lines.size());
  for (std::size_t x = 0; x < labels.lines.size(); ++x) {
    const double middle = middle_of(plot.x, slot, x);
    double baseline = bottom + (gap_below_plot + text_rise) * frame.size;
    for (std::string& line : labels.lines[x]) {
      if (labels.turn != 0) {
        const Point end = end_of_turned(frame, labels.turn, middle);
        place_turned(frame, std::move(line), labels.turn, {end.x, bottom + end.y});
      } else {
        frame.put(std::move(line), {middle, baseline}, ChartFrame::Anchor::center);
      }
      baseline += frame.line();
    }
  }
}

}  // namespace platen::worker
