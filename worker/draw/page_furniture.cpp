#include "worker/draw/page_furniture.hpp"

#include <algorithm>
#include <utility>

#include "worker/draw/document_texts.hpp"
#include "worker/layout/page_line.hpp"

namespace platen::worker {

namespace {

constexpr double thin_pt = 0.4;

/// What the footer says where the report does not.
PageLine usual_footer(const ReportSpec& report) {
  return {report.title.empty() ? "{date}" : "{title}  ·  {date}", "", "Page {page} of {pages}", ""};
}

}  // namespace

PageFurniture::PageFurniture(const Setting& setting, Options options)
    : setting_(setting),
      options_(std::move(options)),
      date_(day_of(options_.created_at, setting.locale)),
      time_(time_of(options_.created_at)),
      footer_(setting.report.footer ? *setting.report.footer : usual_footer(setting.report)) {}

void PageFurniture::draw_below(Sheet& sheet) const {
  if (options_.watermark.empty()) return;
  sheet.form_at(options_.watermark, 0, setting_.style.frame.height, 1);
}

void PageFurniture::draw_lines(Sheet& sheet, std::uint64_t page) const {
  const Frame& frame = setting_.style.frame;
  const Rgb& hairline = setting_.style.palette.hairline;
  sheet.begin_artifact();
  if (setting_.report.header) {
    draw_line(sheet, *setting_.report.header, options_.header_logo, frame.header_baseline, page);
    sheet.fill(hairline, {frame.left, frame.header_rule, frame.body_width(), thin_pt});
  }
  sheet.fill(hairline, {frame.left, frame.footer_rule, frame.body_width(), thin_pt});
  draw_line(sheet, footer_, options_.footer_logo, frame.footer_baseline, page);
  sheet.end_tag();
}

void PageFurniture::draw_line(Sheet& sheet, const PageLine& line, const std::optional<Logo>& logo, double baseline,
                              std::uint64_t page) const {
  const Frame& frame = setting_.style.frame;
  const double size = setting_.style.metrics.footer;
  const Pen pen{{setting_.faces.regular, size}, setting_.style.palette.quiet};
  const PageLineValues values{
      setting_.report.title, setting_.report.subtitle, setting_.report.author, date_, time_, page + 1, options_.pages};
  const double gap = 2 * size;
  double left = frame.left;
  if (logo) {
    const double height = frame.logo_height;
    const double width = std::min(height * logo->natural_width / logo->natural_height, frame.body_width() / 3);
    sheet.form(logo->resource, {left, baseline - height + 0.2 * size, width, height}, logo->natural_width,
               logo->natural_height, "");
    left += width + gap;
  }
  const double room = frame.right - left;
  const std::string center = expand(line.center, values);
  const std::string right = expand(line.right, values);
  // Widths of texts that need shaping are not known here: those have half of the line.
  const auto width_of = [&](const std::string& text) {
    const Face::Run run = pen.face.measure(text, room);
    return run.fast ? run.width : room / 2;
  };
  const double center_width = center.empty() ? 0 : std::min(width_of(center), room / 2);
  const double right_width = right.empty() ? 0 : width_of(right);
  const double sides = (frame.body_width() - center_width) / 2 - gap;
  const double right_room = center.empty() ? std::min(right_width, room) : std::min(right_width, sides);
  const double left_room = center.empty() ? room - right_room - gap : sides - (left - frame.left);
  sheet.text(pen, expand(line.left, values), {left_room, 1, 0}, Stand::left, left, baseline);
  if (!center.empty())
    sheet.text(pen, center, {center_width + gap, 1, 0}, Stand::center,
               frame.left + (frame.body_width() - center_width - gap) / 2, baseline);
  sheet.text(pen, right, {right_room, 1, 0}, Stand::right, frame.right - right_room, baseline);
}

}  // namespace platen::worker
