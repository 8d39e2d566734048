// One page's marks, gathered so that Cairo sees few and large operations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "worker/draw/face.hpp"
#include "worker/draw/shaper.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// A font and a colour to set text in; the face is borrowed.
struct Pen {
  Face* face = nullptr;
  Rgb colour;
};

/// A rectangle; y grows downwards. Units: points.
struct Area {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// Collects areas and text, then paints them: the areas of each colour as one path, in the order in which the colours
/// came, then all fast text of each pen as one operation, then the text that needs shaping.
/// Borrows: the shaper. Threads: one. Memory: one page's; kept for the next.
class Sheet {
 public:
  explicit Sheet(Shaper& shaper) : shaper_(shaper) {}

  void fill(const Rgb& colour, const Area& area);
  /// Sets a text in a box, its first baseline at y; what does not fit ends in an ellipsis, never without one.
  void text(const Pen& pen, std::string_view text, const TextBox& box, Stand stand, double x, double y);
  /// Paints all and is empty again. `internal` when Cairo refuses: its context keeps an error for good.
  [[nodiscard]] Result<void> paint(cairo_t* context);
  /// Characters that no font had, since the start.
  [[nodiscard]] std::uint64_t missing_glyphs() const noexcept { return missing_; }

 private:
  struct Fill {
    Rgb colour;
    std::vector<Area> areas;
  };
  struct Batch {
    Pen pen;
    std::vector<cairo_glyph_t> glyphs;
  };
  struct Shaped {
    Pen pen;
    std::string text;
    TextBox box;
    Stand stand;
    double x;
    double y;
  };

  [[nodiscard]] std::vector<cairo_glyph_t>& glyphs_of(const Pen& pen);
  /// One line of fast text; false where it is not.
  [[nodiscard]] bool line(const Pen& pen, std::string_view text, double width, Stand stand, double x, double y);

  Shaper& shaper_;
  std::vector<Fill> fills_;
  std::vector<Batch> batches_;
  std::size_t last_batch_ = 0;
  std::vector<Shaped> shaped_;
  std::vector<std::string_view> lines_;
  std::uint64_t missing_ = 0;
};

/// The `internal` error of a Cairo status, or nothing for success.
[[nodiscard]] Result<void> check_cairo(cairo_status_t status);

}  // namespace platen::worker
