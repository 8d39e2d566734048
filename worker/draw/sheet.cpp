#include "worker/draw/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "worker/draw/lines.hpp"

namespace platen::worker {

namespace {

constexpr double tolerance_pt = 0.01;  // of sums of advances

/// Puts an ellipsis after as much of the line as leaves room for it; returns the line's new width.
double end_in_ellipsis(Face& face, double width, double limit, double x, double y, std::size_t begin,
                       std::vector<cairo_glyph_t>& glyphs) {
  const std::uint32_t space = face.glyph(U' ').index;
  while (glyphs.size() > begin && (width + face.ellipsis_width() > limit || glyphs.back().index == space)) {
    width = glyphs.back().x - x;
    glyphs.pop_back();
  }
  constexpr double no_limit = 1e9;
  return width + face.append(face.ellipsis(), no_limit, x + width, y, glyphs).width;
}

void set_colour(cairo_t* context, const Rgb& colour) {
  cairo_set_source_rgb(context, colour.red, colour.green, colour.blue);
}

}  // namespace

Result<void> check_cairo(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return fail(Errc::internal, fmt::format("cairo: {}", cairo_status_to_string(status)));
}

void Sheet::fill(const Rgb& colour, const Area& area) {
  auto known = std::find_if(fills_.begin(), fills_.end(), [&](const Fill& fill) { return fill.colour == colour; });
  if (known == fills_.end()) known = fills_.insert(fills_.end(), Fill{colour, {}});
  known->areas.push_back(area);
}

std::vector<cairo_glyph_t>& Sheet::glyphs_of(const Pen& pen) {
  const auto is_pens = [&](const Batch& batch) { return batch.pen.face == pen.face && batch.pen.colour == pen.colour; };
  if (last_batch_ < batches_.size() && is_pens(batches_[last_batch_])) return batches_[last_batch_].glyphs;
  auto known = std::find_if(batches_.begin(), batches_.end(), is_pens);
  if (known == batches_.end()) known = batches_.insert(batches_.end(), Batch{pen, {}});
  last_batch_ = static_cast<std::size_t>(known - batches_.begin());
  return known->glyphs;
}

bool Sheet::line(const Pen& pen, std::string_view text, double width, Stand stand, double x, double y) {
  std::vector<cairo_glyph_t>& glyphs = glyphs_of(pen);
  const std::size_t begin = glyphs.size();
  const Face::Run run = pen.face->append(text, width + tolerance_pt, x, y, glyphs);
  if (!run.fast) return false;
  double used = run.width;
  if (run.bytes < text.size()) used = end_in_ellipsis(*pen.face, used, width + tolerance_pt, x, y, begin, glyphs);
  if (stand != Stand::left) {
    const double shift = stand == Stand::right ? width - used : (width - used) / 2;
    for (std::size_t i = begin; i < glyphs.size(); ++i) glyphs[i].x += shift;
  }
  return true;
}

void Sheet::text(const Pen& pen, std::string_view text, const TextBox& box, Stand stand, double x, double y) {
  if (text.empty()) return;
  if (box.max_lines == 1 && line(pen, text, box.width, stand, x, y)) return;
  if (box.max_lines > 1 && break_lines(text, *pen.face, box.width, box.max_lines, lines_)) {
    double baseline = y;
    bool fast = true;
    const std::size_t begin = glyphs_of(pen).size();
    for (const std::string_view part : lines_) {
      fast = fast && line(pen, part, box.width, stand, x, baseline);
      baseline += box.line_height;
    }
    if (fast) return;
    glyphs_of(pen).resize(begin);
  }
  shaped_.push_back({pen, std::string(text), box, stand, x, y});
}

Result<void> Sheet::paint(cairo_t* context) {
  for (Fill& fill : fills_) {
    if (fill.areas.empty()) continue;
    set_colour(context, fill.colour);
    for (const Area& area : fill.areas) cairo_rectangle(context, area.x, area.y, area.width, area.height);
    cairo_fill(context);
    fill.areas.clear();
  }
  for (Batch& batch : batches_) {
    if (batch.glyphs.empty()) continue;
    set_colour(context, batch.pen.colour);
    cairo_set_scaled_font(context, batch.pen.face->scaled());
    cairo_show_glyphs(context, batch.glyphs.data(), static_cast<int>(batch.glyphs.size()));
    batch.glyphs.clear();
  }
  for (const Shaped& shaped : shaped_) {
    set_colour(context, shaped.pen.colour);
    shaper_.draw(context, shaped.text, *shaped.pen.face, shaped.box, shaped.stand, shaped.x, shaped.y, missing_);
  }
  shaped_.clear();
  return check_cairo(cairo_status(context));
}

}  // namespace platen::worker
