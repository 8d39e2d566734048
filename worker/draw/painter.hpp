// Draws the pages of a measured report.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platen/error.hpp"
#include "worker/draw/document.hpp"
#include "worker/draw/page_furniture.hpp"
#include "worker/draw/sheet.hpp"
#include "worker/draw/table_painter.hpp"
#include "worker/layout/flow.hpp"

namespace platen::worker {

/// One sheet of paper, drawn.
struct DrawnPage {
  std::string content;  ///< its content stream, deflated
  std::vector<Link> links;
  std::vector<Tag> tags;
};

/// Pages in a row, and what they need.
struct DrawnPart {
  std::vector<DrawnPage> pages;
  pdf::FontUse fonts;
  std::vector<DrawnGlyph> glyphs;
  std::uint64_t missing_glyphs = 0;
  std::uint64_t last_row = 0;  ///< of the tables' rows, the last one drawn
};

/// Draws `count` pages, as `flow` counts them, from `first` on. Any thread; `shaper` is its own.
[[nodiscard]] Result<DrawnPart> draw_part(const Setting& setting, const Document& document,
                                          const PageFurniture& furniture, Shaper& shaper, std::uint64_t first,
                                          std::uint64_t count);

/// The names under which pages draw a document's figures, and its watermark.
[[nodiscard]] std::string figure_resource(std::size_t figure);

}  // namespace platen::worker
