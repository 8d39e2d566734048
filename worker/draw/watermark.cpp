#include "worker/draw/watermark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace platen::worker {

Result<void> add_watermark(const Setting& setting, Press& press) {
  const Watermark& mark = setting.report.watermark;
  const auto colour = parse_colour(mark.color);
  if (!colour) return fail(colour.error());
  const Frame& frame = setting.style.frame;
  constexpr double measured_size = 10;
  Shaper& shaper = setting.fonts.shaper();
  const double width = shaper.width(mark.text, {setting.faces.bold, measured_size});
  const double diagonal = std::hypot(frame.width, frame.height);
  constexpr double share_of_diagonal = 0.7;
  constexpr double share_of_height = 0.18;
  const double size =
      std::min(measured_size * share_of_diagonal * diagonal / std::max(width, 1.0), share_of_height * frame.height);
  const double half = width * size / measured_size / 2;
  Sheet sheet(shaper, 0);  // the form's origin is the middle of the text
  for (const ShapedLine& line : shaper.shape(mark.text, {setting.faces.bold, size}, {0, 1}))
    sheet.line(line, *colour, *colour, -half, 0.35 * size);
  const double cosine = frame.width / diagonal;
  const double sine = frame.height / diagonal;
  // It multiplies what lies below it, so that coloured grounds shine through; and
  // reads as nothing, so that it does not get into what is copied.
  press.add_form(
      std::string(watermark_resource),
      fmt::format("/BBox[{0:.2f} {1:.2f} {2:.2f} {3:.2f}]/Matrix[{4:.5f} {5:.5f} {6:.5f} {4:.5f} {7:.2f} {8:.2f}]",
                  -half - size, -2 * size, half + size, 2 * size, cosine, sine, -sine, frame.width / 2,
                  frame.height / 2),
      fmt::format("/{} gs\n/Span<</ActualText()>>BDC\n{}EMC\n", multiply_resource, sheet.take_content()),
      sheet.fonts());
  return {};
}

}  // namespace platen::worker
