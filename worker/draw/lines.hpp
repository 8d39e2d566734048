// Breaking text of the fast tier into lines.
#pragma once

#include <string_view>
#include <vector>

#include "worker/draw/face.hpp"

namespace platen::worker {

/// Cuts `text` into lines of at most `width_pt`: at its own line breaks, else after spaces, hyphens and slashes, else
/// where a word is wider than a line. Spaces at a line's end are left out. At most `max_lines`: the last one then
/// holds all the rest, for its drawer to end in an ellipsis. At least one line. False, with `lines` empty, where the
/// text is not of the fast tier.
[[nodiscard]] bool break_lines(std::string_view text, const Face& face, double width_pt, std::size_t max_lines,
                               std::vector<std::string_view>& lines);

}  // namespace platen::worker
