// Where the fonts of this machine lie.
#pragma once

#include <string>
#include <vector>

namespace platen::worker {

/// The folders and files that fontconfig reads: fonts, its configuration, its caches; what Pango reads to break
/// Thai lines, and the time zone, which Cairo wants to know. Makes fontconfig look at all fonts now, and write what it
/// finds to its cache where it may. Some may not exist.
[[nodiscard]] std::vector<std::string> font_places();

}  // namespace platen::worker
