// The outline that readers show beside the pages (ISO 32000-1, 12.3.3).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "platen/error.hpp"
#include "worker/pdf/object_writer.hpp"

namespace platen::worker::pdf {

struct OutlineEntry {
  std::string text;       ///< UTF-8
  std::size_t level = 0;  ///< 0 the outermost; an entry belongs to the last one of a lower level
  ObjectNumber page = 0;
  double y_pt = 0;  ///< from the page's lower edge
};

/// Writes the outline; 0 where there are no entries. The outermost two levels are open.
[[nodiscard]] Result<ObjectNumber> write_outline(ObjectWriter& writer, const std::vector<OutlineEntry>& entries);

}  // namespace platen::worker::pdf
