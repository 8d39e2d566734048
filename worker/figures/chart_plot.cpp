// Bars, stacked bars and lines, with their axes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "worker/figures/chart_axis.hpp"
#include "worker/figures/chart_frame.hpp"
#include "worker/figures/chart_x_labels.hpp"

namespace platen::worker {

namespace {

using Kind = ChartSection::Kind;

constexpr double tick_pitch = 2;      // of the text's size, between ticks, at least
constexpr double group_share = 0.72;  // of a slot's width, for its bars
constexpr double bar_share = 0.94;    // of its part of them
constexpr double most_bar_pt = 56;
constexpr std::size_t most_points = 48;  // more than that are a line
constexpr std::size_t most_value_labels = 36;
constexpr double most_left_share = 0.15;  // of its width, left of the plot for the sake of such texts
constexpr double turned_share = 0.42;     // of the room's height, for texts below the plot

struct Range {
  double low = 0;
  double high = 0;
};

/// The sums of a stack's parts above and below zero.
Range stack_of(const ChartData& data, std::size_t x) {
  Range range;
  for (const ChartData::Series& series : data.series) {
    const double value = series.values[x].value_or(0);
    (value < 0 ? range.low : range.high) += value;
  }
  return range;
}

/// What the axis must hold. Bars begin at zero; a line only where that does not flatten it.
Range range_of(const ChartData& data, Kind kind) {
  bool any = false;
  Range range;
  const auto take = [&](double low, double high) {
    range.low = any ? std::min(range.low, low) : low;
    range.high = any ? std::max(range.high, high) : high;
    any = true;
  };
  for (std::size_t x = 0; x < data.labels.size(); ++x) {
    const Range stack = stack_of(data, x);
    if (kind == Kind::stacked) take(stack.low, stack.high);
    for (const ChartData::Series& series : data.series)
      if (kind != Kind::stacked && series.values[x]) take(*series.values[x], *series.values[x]);
  }
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  const bool far_from_zero = range.low * range.high > 0 && range.high - range.low < 0.4 * largest;
  if (kind == Kind::line && far_from_zero && range.low < range.high) return range;
  return {std::min(range.low, 0.0), std::max(range.high, 0.0)};
}

/// A plot whose sizes are being settled: each depends on the others.
class Plot {
 public:
  explicit Plot(ChartFrame& frame)
      : frame_(frame),
        data_(frame.data),
        range_(range_of(data_, frame.chart.kind)),
        top_(frame.room.y),
        height_(frame.room.height - 4 * frame.size) {
    for (int pass = 0; pass < 3; ++pass) settle(pass == 2);
  }

  void place() {
    const double size = frame_.size;
    const std::string caption = caption_text();
    if (!caption.empty())
      frame_.put(shortened(caption, frame_.room.width, frame_.style()),
                 {frame_.room.x, frame_.room.y + size * text_rise}, ChartFrame::Anchor::left, TextRole::quiet);
    const double y = top_ + band_above();
    frame_.layout.plot = {left_, y, frame_.room.right() - left_, height_};
    place_axis();
    if (frame_.chart.kind == Kind::bar) place_bars();
    if (frame_.chart.kind == Kind::stacked) place_stacks();
    if (frame_.chart.kind == Kind::line) place_lines();
    place_x_labels(frame_, std::move(x_labels_), frame_.layout.plot.bottom() + band_below());
  }

 private:
  /// One round: from the height to the ticks, their texts' width, the slots, the texts below, to the height again.
  void settle(bool last) {
    const double size = frame_.size;
    const auto ticks = static_cast<std::size_t>(std::clamp(height_ / (tick_pitch * size), 2.0, 8.0));
    axis_ = value_axis(range_.low, range_.high, {ticks, data_.numbers.decimals == 0});
    top_ = frame_.room.y + (caption_text().empty() ? 0 : 1.25 * size);
    double widest = 0;
    for (auto tick = axis_.first; tick <= axis_.last; ++tick)
      widest = std::max(widest, frame_.width_of(axis_.label(tick, data_.numbers)));
    left_ = frame_.room.x + std::min(widest + 0.7 * size, frame_.room.width / 2);
    left_ = std::max(left_, std::min(x_labels_.wished_left, frame_.room.x + most_left_share * frame_.room.width));
    slot_ = (frame_.room.right() - left_) / static_cast<double>(data_.labels.size());
    x_labels_ = plan_x_labels(frame_, left_, slot_, turned_share * frame_.room.height);
    if (frame_.chart.kind == Kind::bar) decide_value_labels();
    height_ = frame_.room.bottom() - x_labels_.height - top_ - band_above() - band_below();
    if (!last) return;
    // The last round may have found more room for ticks, never so little that their texts would meet.
    const double pitch = height_ / static_cast<double>(axis_.last - axis_.first);
    skip_ = pitch >= 1.3 * size ? 1 : static_cast<std::int64_t>(std::ceil(1.3 * size / std::max(pitch, 0.1)));
  }

  [[nodiscard]] double band_above() const { return (has_value_labels_ ? 1.3 : 0.65) * frame_.size; }
  [[nodiscard]] double band_below() const { return has_value_labels_ && range_.low < 0 ? 1.1 * frame_.size : 0; }

  [[nodiscard]] std::string caption_text() const {
    const std::string note = axis_.note();
    const std::string name = data_.series.size() == 1 ? data_.series.front().label : std::string();
    if (name.empty() || note.empty()) return name.empty() ? note : name;
    return fmt::format("{} ({})", name, note);
  }

  [[nodiscard]] double y_of(double value) const {
    const Box& plot = frame_.layout.plot;
    return plot.bottom() - (value - axis_.low()) / (axis_.high() - axis_.low()) * plot.height;
  }
  [[nodiscard]] double middle_of(std::size_t x) const {
    return frame_.layout.plot.x + (static_cast<double>(x) + 0.5) * slot_;
  }

  void place_axis() {
    const Box& plot = frame_.layout.plot;
    const bool crosses = axis_.first <= 0 && axis_.last >= 0;
    const std::int64_t base = crosses ? 0 : axis_.first;
    for (auto tick = axis_.first; tick <= axis_.last; ++tick) {
      const double y = y_of(axis_.value(tick));
      (tick == base ? frame_.layout.axes : frame_.layout.grid).push_back({{plot.x, y}, {plot.right(), y}});
      if ((tick - base) % skip_ != 0) continue;
      frame_.put(
          shortened(axis_.label(tick, data_.numbers), plot.x - frame_.room.x - 0.5 * frame_.size, frame_.style()),
          {plot.x - 0.5 * frame_.size, y + 0.35 * frame_.size}, ChartFrame::Anchor::right, TextRole::quiet);
    }
  }

  [[nodiscard]] double bar_pitch() const {
    const auto count = static_cast<double>(data_.series.size());
    return std::min(group_share * slot_, most_bar_pt * count) / count;
  }

  /// Values stand at their bars where each has the room for it: with all decimals, else without.
  void decide_value_labels() {
    has_value_labels_ = false;
    if (data_.labels.size() * data_.series.size() > most_value_labels || axis_.written_exponent != 0) return;
    const double most = data_.series.size() == 1 ? slot_ : bar_pitch();
    const double largest = std::max(std::abs(range_.low), std::abs(range_.high));
    std::vector<unsigned> ways = {data_.numbers.decimals};
    if (data_.numbers.decimals > 0 && largest >= 100) ways.push_back(0);
    for (const unsigned decimals : ways) {
      bool fits = true;
      for (const ChartData::Series& series : data_.series)
        for (const auto& value : series.values)
          fits =
              fits && (!value || frame_.width_of(written(*value, decimals, data_.numbers)) <= most - 0.4 * frame_.size);
      if (!fits) continue;
      has_value_labels_ = true;
      value_decimals_ = decimals;
      return;
    }
  }

  void place_bars() {
    const double pitch = bar_pitch();
    const double group = pitch * static_cast<double>(data_.series.size());
    const double bar = data_.series.size() == 1 ? pitch : bar_share * pitch;
    for (std::size_t x = 0; x < data_.labels.size(); ++x) {
      for (std::size_t i = 0; i < data_.series.size(); ++i) {
        const auto& value = data_.series[i].values[x];
        if (!value) continue;
        const double middle = middle_of(x) - group / 2 + (static_cast<double>(i) + 0.5) * pitch;
        place_bar(middle, bar, {std::min(0.0, *value), std::max(0.0, *value)}, i);
        if (!has_value_labels_) continue;
        const double end = y_of(*value);
        const double baseline = *value < 0 ? end + (text_rise + 0.1) * frame_.size : end - 0.35 * frame_.size;
        frame_.put(written(*value, value_decimals_, data_.numbers), {middle, baseline}, ChartFrame::Anchor::center,
                   TextRole::value);
      }
    }
  }

  void place_bar(double middle, double width, Range values, std::size_t mark) {
    if (values.low == values.high) return;
    const double y = y_of(values.high);
    frame_.layout.bars.push_back({{middle - width / 2, y, width, y_of(values.low) - y}, mark});
  }

  void place_stacks() {
    const double width = std::min(group_share * slot_, most_bar_pt);
    for (std::size_t x = 0; x < data_.labels.size(); ++x) {
      Range reached;
      for (std::size_t i = 0; i < data_.series.size(); ++i) {
        const double value = data_.series[i].values[x].value_or(0);
        double& end = value < 0 ? reached.low : reached.high;
        const double begin = end;
        end += value;
        place_bar(middle_of(x), width, {std::min(begin, end), std::max(begin, end)}, i);
      }
    }
  }

  void place_lines() {
    frame_.layout.has_points = data_.labels.size() <= most_points;
    for (std::size_t i = 0; i < data_.series.size(); ++i) {
      LineMark line{{}, i};
      bool open = false;
      for (std::size_t x = 0; x < data_.labels.size(); ++x) {
        const auto& value = data_.series[i].values[x];
        if (value && !open) line.runs.emplace_back();
        if (value) line.runs.back().push_back({middle_of(x), y_of(*value)});
        open = value.has_value();
      }
      frame_.layout.lines.push_back(std::move(line));
    }
  }

  ChartFrame& frame_;
  const ChartData& data_;
  Range range_;
  ValueAxis axis_;
  double top_;
  double height_;  ///< of the plot
  double left_ = 0;
  double slot_ = 0;
  XLabels x_labels_;
  std::int64_t skip_ = 1;
  bool has_value_labels_ = false;
  unsigned value_decimals_ = 0;
};

}  // namespace

void layout_plot(ChartFrame& frame) { Plot(frame).place(); }

}  // namespace platen::worker
