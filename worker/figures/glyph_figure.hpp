// Glyphs of fonts that cannot be embedded as fonts: colour emoji above all.
#pragma once

#include <pango/pangocairo.h>

#include <cstdint>

#include "platen/error.hpp"
#include "worker/figures/figure.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// The size of the em that a glyph's figure is drawn in: who places it for text of 8 pt scales it by 8 / 100.
inline constexpr double glyph_figure_em_pt = 100;

/// Draws one glyph; the figure's origin is the glyph's, on the baseline. A colour font's is a picture of its own
/// colours, any other's is an outline in `ink`. A glyph without ink is an empty figure.
/// `font` is borrowed; its own size makes no difference. Threads: that of the font. Errors: `internal`.
[[nodiscard]] Result<Figure> glyph_figure(PangoFont* font, std::uint32_t glyph_index, const Rgb& ink);

}  // namespace platen::worker
