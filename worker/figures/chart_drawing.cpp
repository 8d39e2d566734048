#include "worker/figures/chart_drawing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "worker/figures/canvas.hpp"
#include "worker/figures/chart_colours.hpp"
#include "worker/figures/chart_layout.hpp"

namespace platen::worker {

namespace {

// Units: points.
constexpr double grid_width = 0.4;
constexpr double axis_width = 0.7;
constexpr double line_width = 1.6;
constexpr double point_size = 2.3;
constexpr double seam_width = 0.75;  // of the ground, between areas that touch
constexpr double corner_radius = 1.2;
constexpr Rgb ground{1, 1, 1};

class Painter {
 public:
  Painter(cairo_t* context, const ChartLayout& layout, const Palette& palette)
      : context_(context),
        layout_(layout),
        palette_(palette),
        colours_(mark_colours(palette.accent, layout.marks, layout.last_is_rest)) {}

  /// Answers how many characters no font has.
  std::uint64_t paint(FigureText& text, bool is_line) {
    strokes(layout_.grid, palette_.hairline, grid_width);
    for (const BarMark& bar : layout_.bars) area(bar);
    for (const SliceMark& slice : layout_.slices) area(slice);
    strokes(layout_.axes, palette_.quiet, axis_width);
    for (const LineMark& line : layout_.lines) curve(line);
    for (const auto& leader : layout_.leaders) polyline(leader, palette_.quiet, grid_width);
    for (const KeyMark& key : layout_.keys) sample(key, is_line);
    std::uint64_t missing = 0;
    for (const ChartLabel& label : layout_.labels) missing += write(text, label);
    return missing;
  }

 private:
  void colour(const Rgb& rgb) { cairo_set_source_rgb(context_, rgb.red, rgb.green, rgb.blue); }
  [[nodiscard]] const Rgb& mark(std::size_t index) const { return colours_[index % colours_.size()]; }

  void strokes(const std::vector<Stroke>& lines, const Rgb& rgb, double width) {
    if (lines.empty()) return;
    for (const Stroke& line : lines) {
      cairo_move_to(context_, line.from.x, line.from.y);
      cairo_line_to(context_, line.to.x, line.to.y);
    }
    colour(rgb);
    cairo_set_line_width(context_, width);
    cairo_stroke(context_);
  }

  void polyline(const std::vector<Point>& points, const Rgb& rgb, double width) {
    for (const Point& point : points) cairo_line_to(context_, point.x, point.y);
    colour(rgb);
    cairo_set_line_width(context_, width);
    cairo_set_line_join(context_, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(context_, CAIRO_LINE_CAP_ROUND);
    cairo_stroke(context_);
    cairo_set_line_cap(context_, CAIRO_LINE_CAP_BUTT);
  }

  void fill_with_seam(std::size_t index) {
    colour(mark(index));
    cairo_fill_preserve(context_);
    colour(ground);
    cairo_set_line_width(context_, seam_width);
    cairo_stroke(context_);
  }

  void area(const BarMark& bar) {
    cairo_rectangle(context_, bar.box.x, bar.box.y, bar.box.width, bar.box.height);
    // A seam would hide what is hardly there.
    if (bar.box.height > 2 * seam_width && bar.box.width > 4 * seam_width) return fill_with_seam(bar.mark);
    colour(mark(bar.mark));
    cairo_fill(context_);
  }

  void area(const SliceMark& slice) {
    const double quarter = std::numbers::pi / 2;  // Cairo's angles begin at 3 o'clock
    if (layout_.slices.size() > 1) cairo_move_to(context_, layout_.center.x, layout_.center.y);
    cairo_arc(context_, layout_.center.x, layout_.center.y, layout_.radius, slice.from - quarter, slice.to - quarter);
    cairo_close_path(context_);
    fill_with_seam(slice.mark);
  }

  void curve(const LineMark& line) {
    for (const auto& run : line.runs) polyline(run, mark(line.mark), line_width);
    for (const auto& run : line.runs)
      for (const Point& at : run)
        if (layout_.has_points || run.size() == 1) point(at, line.mark);
  }

  /// A form for each series, so that lines are told apart without their colours.
  void point(const Point& at, std::size_t index) {
    const double half = point_size;
    switch (index % 4) {
      case 0: cairo_arc(context_, at.x, at.y, half, 0, 2 * std::numbers::pi); break;
      case 1: cairo_rectangle(context_, at.x - 0.88 * half, at.y - 0.88 * half, 1.76 * half, 1.76 * half); break;
      case 2:
        polygon({{at.x, at.y - 1.25 * half},
                 {at.x + 1.2 * half, at.y + 0.9 * half},
                 {at.x - 1.2 * half, at.y + 0.9 * half}});
        break;
      default:
        polygon({{at.x, at.y - 1.3 * half},
                 {at.x + 1.3 * half, at.y},
                 {at.x, at.y + 1.3 * half},
                 {at.x - 1.3 * half, at.y}});
        break;
    }
    fill_with_seam(index);
  }

  void polygon(const std::vector<Point>& points) {
    for (const Point& at : points) cairo_line_to(context_, at.x, at.y);
    cairo_close_path(context_);
  }

  void sample(const KeyMark& key, bool is_line) {
    const Box& box = key.box;
    const Point middle{box.x + box.width / 2, box.y + box.height / 2};
    if (is_line) {
      polyline({{box.x + line_width / 2, middle.y}, {box.right() - line_width / 2, middle.y}}, mark(key.mark),
               line_width);
      point(middle, key.mark);
      return;
    }
    const double quarter = std::numbers::pi / 2;
    const double inner = corner_radius;
    cairo_new_sub_path(context_);
    cairo_arc(context_, box.right() - inner, box.y + inner, inner, -quarter, 0);
    cairo_arc(context_, box.right() - inner, box.bottom() - inner, inner, 0, quarter);
    cairo_arc(context_, box.x + inner, box.bottom() - inner, inner, quarter, 2 * quarter);
    cairo_arc(context_, box.x + inner, box.y + inner, inner, 2 * quarter, 3 * quarter);
    cairo_close_path(context_);
    colour(mark(key.mark));
    cairo_fill(context_);
  }

  std::uint64_t write(FigureText& text, const ChartLabel& label) {
    switch (label.role) {
      case TextRole::title:
      case TextRole::label: colour(palette_.ink); break;
      case TextRole::value:
        colour(ground);  // the grid does not run through it
        cairo_rectangle(context_, label.begin.x, label.begin.y - 0.8 * label.size_pt, label.width, 0.9 * label.size_pt);
        cairo_fill(context_);
        colour(palette_.ink);
        break;
      case TextRole::quiet: colour(palette_.quiet); break;
      case TextRole::on_mark: colour(text_on(mark(label.mark), palette_)); break;
    }
    cairo_save(context_);
    cairo_translate(context_, label.begin.x, label.begin.y);
    cairo_rotate(context_, label.turn);
    const TextWeight weight = label.role == TextRole::title ? TextWeight::bold : TextWeight::regular;
    const std::uint64_t missing = text.draw(context_, label.text, label.size_pt, weight);
    cairo_restore(context_);
    cairo_new_path(context_);
    return missing;
  }

  cairo_t* context_;
  const ChartLayout& layout_;
  const Palette& palette_;
  std::vector<Rgb> colours_;
};

}  // namespace

Result<Figure> draw_chart(FigureText& text, const ChartSection& chart, const ChartData& data, const ChartLook& look) {
  if (chart.kind == ChartSection::Kind::pie && !data.series.empty())
    for (std::size_t i = 0; i < data.labels.size(); ++i)
      if (data.series.front().values[i].value_or(0) < 0)
        return fail(Errc::bad_data,
                    fmt::format("A pie has no negative parts, but '{}' is below zero; choose another kind of chart.",
                                data.labels[i]));
  text.use_family(look.font);
  const TextRuler ruler = [&text](std::string_view line, double size_pt, TextWeight weight) {
    return text.width(line, size_pt, weight);
  };
  const ChartRoom room{look.width_pt, chart.height_mm * points_per_mm};
  const ChartLayout layout = layout_chart(chart, data, room, look.style.metrics, ruler);
  Canvas canvas(room.width, room.height);
  const std::uint64_t missing =
      Painter(canvas.context(), layout, look.style.palette).paint(text, chart.kind == ChartSection::Kind::line);
  auto figure = canvas.finish();
  if (figure) figure->missing_glyphs = missing;
  return figure;
}

}  // namespace platen::worker
