// The colours of a chart's series.
#pragma once

#include <cstddef>
#include <vector>

#include "worker/layout/style.hpp"

namespace platen::worker {

/// So many colours on white, the first of them the accent (darkened where it could not be seen). Their hues differ, and
/// so does their lightness (OKLCH's, evenly spaced): printed in gray they are told apart too. With `has_rest` the last
/// one is a quiet gray.
[[nodiscard]] std::vector<Rgb> mark_colours(const Rgb& accent, std::size_t count, bool has_rest);

/// White or the palette's ink, whichever is easier to read on a colour.
[[nodiscard]] Rgb text_on(const Rgb& ground, const Palette& palette);

}  // namespace platen::worker
