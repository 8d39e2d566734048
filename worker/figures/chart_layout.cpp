#include "worker/figures/chart_layout.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "worker/figures/chart_frame.hpp"

namespace platen::worker {

namespace {

constexpr double least_size_pt = 5.5;
constexpr double most_size_pt = 11;
constexpr std::size_t most_title_lines = 2;
constexpr std::string_view no_data = "No data";

void place_title(ChartFrame& frame, double size_pt) {
  if (frame.chart.title.empty()) return;
  const TextStyle style{frame.ruler, size_pt, TextWeight::bold};
  auto lines = wrapped(frame.chart.title, frame.room.width, most_title_lines, style);
  if (lines.empty()) lines.push_back(shortened(frame.chart.title, frame.room.width, style));
  for (std::string& line : lines) {
    const double width = style.width(line);
    const double baseline = frame.room.y + size_pt * text_rise;
    frame.layout.labels.push_back({std::move(line), {frame.room.x, baseline}, width, size_pt, 0, TextRole::title, 0});
    frame.room.y += size_pt * 1.25;
    frame.room.height -= size_pt * 1.25;
  }
  frame.room.y += 0.4 * size_pt;
  frame.room.height -= 0.4 * size_pt;
}

/// The legend's entries, shortened so that few rows hold them.
struct Legend {
  std::vector<std::string> texts;
  std::vector<std::size_t> row_of;
  std::size_t rows = 0;
};

/// A line's sample is a piece of it.
double key_width(const ChartFrame& frame) {
  return (frame.chart.kind == ChartSection::Kind::line ? 1.7 : key_side) * frame.size;
}

Legend legend_of(const ChartFrame& frame, double most_width) {
  Legend legend;
  const double before = key_width(frame) + key_gap * frame.size;
  const double between = 1.6 * frame.size;
  double x = 0;
  for (const ChartData::Series& series : frame.data.series) {
    legend.texts.push_back(shortened(series.label, most_width, frame.style()));
    const double width = before + frame.width_of(legend.texts.back());
    if (x > 0 && x + width > frame.room.width) {
      ++legend.rows;
      x = 0;
    }
    legend.row_of.push_back(legend.rows);
    x += width + between;
  }
  ++legend.rows;
  return legend;
}

void place_legend(ChartFrame& frame) {
  const double row_height = 1.5 * frame.size;
  Legend legend;
  for (const double share : {0.45, 0.3, 0.2, 0.12, 0.07}) {
    legend = legend_of(frame, share * frame.room.width);
    if (static_cast<double>(legend.rows) * row_height <= std::max(0.25 * frame.room.height, row_height)) break;
  }
  const double side = key_side * frame.size;
  double x = frame.room.x;
  for (std::size_t i = 0; i < legend.texts.size(); ++i) {
    if (i > 0 && legend.row_of[i] != legend.row_of[i - 1]) x = frame.room.x;
    const double baseline = frame.room.y + static_cast<double>(legend.row_of[i]) * row_height + frame.size * text_rise;
    frame.layout.keys.push_back({{x, baseline - side, key_width(frame), side}, i});
    x += key_width(frame) + key_gap * frame.size;
    const double width = frame.width_of(legend.texts[i]);
    frame.put(std::move(legend.texts[i]), {x, baseline}, ChartFrame::Anchor::left);
    x += width + 1.6 * frame.size;
  }
  const double height = static_cast<double>(legend.rows) * row_height + 0.3 * frame.size;
  frame.room.y += height;
  frame.room.height -= height;
}

bool has_values(const ChartData& data, ChartSection::Kind kind) {
  const bool is_pie = kind == ChartSection::Kind::pie;
  for (const ChartData::Series& series : data.series)
    for (const auto& value : series.values)
      if (value && (!is_pie || *value > 0)) return true;
  return false;
}

void say_no_data(ChartFrame& frame) {
  frame.layout.plot = frame.room;
  const Box& box = frame.room;
  frame.layout.axes.push_back({{box.x, box.bottom()}, {box.right(), box.bottom()}});
  frame.put(std::string(no_data), {box.x + box.width / 2, box.y + box.height / 2}, ChartFrame::Anchor::center,
            TextRole::quiet);
}

}  // namespace

std::array<Point, 4> ChartLabel::corners() const {
  const double cosine = std::cos(turn);
  const double sine = std::sin(turn);
  const auto corner = [&](double along, double down) {
    return Point{begin.x + along * cosine - down * sine, begin.y + along * sine + down * cosine};
  };
  const double above = -text_rise * size_pt;
  const double below = text_fall * size_pt;
  return {corner(0, above), corner(width, above), corner(width, below), corner(0, below)};
}

void ChartFrame::put(std::string text, Point at, Anchor anchor, TextRole role) {
  if (text.empty()) return;
  const double width = width_of(text);
  if (anchor == Anchor::center) at.x -= width / 2;
  if (anchor == Anchor::right) at.x -= width;
  layout.labels.push_back({std::move(text), at, width, size, 0, role, 0});
}

ChartLayout layout_chart(const ChartSection& chart, const ChartData& data, const ChartRoom& room,
                         const Metrics& metrics, const TextRuler& ruler) {
  const double size = std::clamp(0.95 * metrics.text, least_size_pt, most_size_pt);
  ChartFrame frame{chart, data, ruler, size, {}, {0, 0, room.width, room.height}};
  frame.layout.width = room.width;
  frame.layout.height = room.height;
  place_title(frame, std::clamp(metrics.heading[2], size, room.height / 8));
  const bool is_pie = chart.kind == ChartSection::Kind::pie;
  frame.layout.marks = is_pie ? data.labels.size() : data.series.size();
  frame.layout.last_is_rest = is_pie ? data.has_rest_of_labels : data.has_rest_of_series;
  if (!has_values(data, chart.kind)) {
    say_no_data(frame);
  } else if (is_pie) {
    layout_pie(frame);
  } else {
    if (chart.legend && data.series.size() > 1) place_legend(frame);
    layout_plot(frame);
  }
  return std::move(frame.layout);
}

}  // namespace platen::worker
