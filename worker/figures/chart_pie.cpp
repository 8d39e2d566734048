// Pies: slices, and who is who.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "worker/figures/chart_axis.hpp"
#include "worker/figures/chart_frame.hpp"

namespace platen::worker {

namespace {

constexpr double full = 2 * std::numbers::pi;
constexpr double row_pitch = 1.55;    // of the text's size
constexpr double before_share = 1.2;  // of the text's size, between a name and its percentage
constexpr double between_columns = 1.5;
constexpr double least_size_pt = 5;

/// A slice's part of the whole.
struct Part {
  std::size_t index = 0;  ///< of its label and colour
  double value = 0;
  double share = 0;
  double from = 0;  ///< an angle
  double to = 0;
  [[nodiscard]] double middle() const { return (from + to) / 2; }
};

std::vector<Part> parts_of(const ChartData& data) {
  std::vector<Part> parts;
  double sum = 0;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const double value = data.series.front().values[i].value_or(0);
    if (value <= 0) continue;
    parts.push_back({i, value, 0, 0, 0});
    sum += value;
  }
  double angle = 0;
  for (Part& part : parts) {
    part.share = part.value / sum;
    part.from = angle;
    angle += part.share * full;
    part.to = angle;
  }
  return parts;
}

std::string percent(double share, const NumberStyle& numbers) {
  NumberStyle style = without_signs(numbers);
  style.suffix.assign(1, '%');
  return written(100 * share, 1, style);
}

Point on_circle(Point center, double radius, double angle) {
  return {center.x + radius * std::sin(angle), center.y - radius * std::cos(angle)};
}

class Pie {
 public:
  explicit Pie(ChartFrame& frame) : frame_(frame), parts_(parts_of(frame.data)) {}

  void place() {
    const Box& room = frame_.room;
    ChartLayout& layout = frame_.layout;
    layout.plot = room;
    const bool listed = frame_.chart.legend;
    const double share_of_width = listed ? 0.42 : 0.5;
    const double border = listed ? 2 : 1.5 * frame_.size;
    layout.radius = std::max(4.0, std::min(room.height / 2 - border, share_of_width * room.width / 2));
    layout.center = {listed ? room.x + layout.radius + 2 : room.x + room.width / 2, room.y + room.height / 2};
    for (const Part& part : parts_) layout.slices.push_back({part.from, part.to, part.index});
    if (listed) {
      place_shares_inside();
      place_list();
    } else {
      place_outside();
    }
  }

 private:
  /// Each slice's percentage within it, where it fits.
  void place_shares_inside() {
    ChartLayout& layout = frame_.layout;
    for (const Part& part : parts_) {
      std::string text = percent(part.share, frame_.data.numbers);
      const Point at = on_circle(layout.center, 0.66 * layout.radius, part.middle());
      const double width = frame_.width_of(text);
      const ChartLabel label{
          std::move(text), {at.x - width / 2, at.y + 0.35 * frame_.size}, width, frame_.size, 0, TextRole::on_mark,
          part.index};
      if (is_inside(label, part)) layout.labels.push_back(label);
    }
  }

  [[nodiscard]] bool is_inside(const ChartLabel& label, const Part& part) const {
    if (parts_.size() == 1) return true;
    const Point center = frame_.layout.center;
    for (const Point& corner : label.corners()) {
      const double x = corner.x - center.x;
      const double y = center.y - corner.y;
      if (std::hypot(x, y) > frame_.layout.radius - 1) return false;
      double angle = std::atan2(x, y);
      if (angle < 0) angle += full;
      if (angle < part.from + 0.02 || angle > part.to - 0.02) return false;
    }
    // A narrow slice's corners may lie in it while the center, a corner of it, lies in the text.
    return part.to - part.from < std::numbers::pi ||
           std::hypot(label.begin.x + label.width / 2 - center.x, label.begin.y - center.y) > label.width / 2;
  }

  /// Beside the pie: colour, name, percentage; in as many columns as it takes, the text smaller where there are many.
  void place_list() {
    const Box& room = frame_.room;
    const double begin = frame_.layout.center.x + frame_.layout.radius + 2.5 * frame_.size;
    const double width = room.right() - begin;
    std::size_t rows = 0;
    std::size_t columns = 0;
    for (;; frame_.size *= 0.92) {
      rows = static_cast<std::size_t>(std::max(1.0, std::floor(room.height / (row_pitch * frame_.size))));
      columns = (parts_.size() + rows - 1) / rows;
      if (static_cast<double>(columns) * entry_width() <= width || 0.92 * frame_.size < least_size_pt) break;
    }
    // Names are cut rather than left out; what even so has no room is counted.
    columns = std::min(columns, static_cast<std::size_t>(std::max(1.0, std::floor(width / (9 * frame_.size)))));
    const std::size_t shown = std::min(parts_.size(), rows * columns);
    rows = (shown + columns - 1) / columns;
    const double top = room.y + (room.height - static_cast<double>(rows) * row_pitch * frame_.size) / 2;
    const double column = std::min(width / static_cast<double>(columns), entry_width());
    for (std::size_t i = 0; i < shown; ++i) {
      const Point at{begin + static_cast<double>(i / rows) * column,
                     top + (static_cast<double>(i % rows) + 0.5) * row_pitch * frame_.size + 0.35 * frame_.size};
      if (i + 1 == shown && shown < parts_.size())
        frame_.put(fmt::format("+ {}", parts_.size() - i), at, ChartFrame::Anchor::left, TextRole::quiet);
      else
        place_entry(parts_[i], at, column - between_columns * frame_.size);
    }
  }

  [[nodiscard]] double share_width() const { return frame_.width_of("100.0%"); }

  /// What the longest name needs, with all around it.
  [[nodiscard]] double entry_width() const {
    double name = 0;
    for (const Part& part : parts_) name = std::max(name, frame_.width_of(frame_.data.labels[part.index]));
    return name + share_width() + (key_side + key_gap + before_share + between_columns) * frame_.size;
  }

  void place_entry(const Part& part, Point at, double width) {
    const double side = key_side * frame_.size;
    frame_.layout.keys.push_back({{at.x, at.y - side, side, side}, part.index});
    const std::string share = percent(part.share, frame_.data.numbers);
    const double name = side + key_gap * frame_.size;
    const double most = width - name - share_width() - before_share * frame_.size;
    frame_.put(shortened(frame_.data.labels[part.index], most, frame_.style()), {at.x + name, at.y},
               ChartFrame::Anchor::left);
    frame_.put(share, {at.x + width, at.y}, ChartFrame::Anchor::right, TextRole::quiet);
  }

  /// Around the pie, in a column at each side, moved apart; where there are too many the smallest have none.
  void place_outside() {
    const double pitch = frame_.line() + 1;
    const auto most = static_cast<std::size_t>(std::max(1.0, std::floor(frame_.room.height / pitch)));
    for (const bool right : {true, false}) {
      std::vector<const Part*> side;
      for (const Part& part : parts_)
        if ((part.middle() < std::numbers::pi) == right) side.push_back(&part);
      while (side.size() > most)
        side.erase(std::min_element(side.begin(), side.end(),
                                    [](const Part* left, const Part* other) { return left->share < other->share; }));
      if (!right) std::reverse(side.begin(), side.end());  // from the top down
      place_side(side, right, pitch);
    }
  }

  void place_side(const std::vector<const Part*>& side, bool right, double pitch) {
    const ChartLayout& layout = frame_.layout;
    const Box& room = frame_.room;
    std::vector<double> middles;
    for (const Part* part : side) middles.push_back(on_circle(layout.center, 1.12 * layout.radius, part->middle()).y);
    // Down where they are too close, then up again from the bottom.
    for (std::size_t i = 0; i < middles.size(); ++i)
      middles[i] = std::max(middles[i], i == 0 ? room.y + pitch / 2 : middles[i - 1] + pitch);
    for (std::size_t i = middles.size(); i-- > 0;)
      middles[i] = std::min(middles[i], i + 1 == middles.size() ? room.bottom() - pitch / 2 : middles[i + 1] - pitch);
    const double way = right ? 1 : -1;
    const double text_x = layout.center.x + way * (1.18 * layout.radius + 0.8 * frame_.size);
    for (std::size_t i = 0; i < side.size(); ++i) {
      const Part& part = *side[i];
      const Point edge = on_circle(layout.center, 1.01 * layout.radius, part.middle());
      const double elbow = text_x - way * 1.1 * frame_.size;
      frame_.layout.leaders.push_back({edge, {elbow, middles[i]}, {text_x - way * 0.3 * frame_.size, middles[i]}});
      const double most = right ? room.right() - text_x : text_x - room.x;
      std::string share = "  ";
      share += percent(part.share, frame_.data.numbers);
      std::string text = shortened(frame_.data.labels[part.index], most - frame_.width_of(share), frame_.style());
      text += share;
      text = shortened(text, most, frame_.style());  // in a very narrow chart not even the percentage fits
      frame_.put(std::move(text), {text_x, middles[i] + 0.35 * frame_.size},
                 right ? ChartFrame::Anchor::left : ChartFrame::Anchor::right);
    }
  }

  ChartFrame& frame_;
  std::vector<Part> parts_;
};

}  // namespace

void layout_pie(ChartFrame& frame) { Pie(frame).place(); }

}  // namespace platen::worker
