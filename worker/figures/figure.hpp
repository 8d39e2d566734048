// A drawing that stands in a report's page: a chart, an image, a glyph.
#pragma once

#include <cstdint>
#include <string>

namespace platen::worker {

/// A PDF of one page that holds the drawing and nothing else. A value; equal drawings have equal bytes.
/// Units: points, at its natural size; who places it scales it. y grows upwards, as in PDF.
struct Figure {
  double width_pt = 0;
  double height_pt = 0;
  /// Where the drawing's own origin (for a glyph: its place on the baseline) lies, from the page's bottom left.
  double origin_x_pt = 0;
  double origin_y_pt = 0;
  std::string pdf;
  std::uint64_t missing_glyphs = 0;  ///< characters that no font has; they are boxes
};

}  // namespace platen::worker
