// Drawing one report, from its spec and data to a finished PDF.
#pragma once

#include <cstdint>
#include <vector>

#include "base/fd.hpp"
#include "platen/renderer.hpp"
#include "platen/report.hpp"
#include "platen/time.hpp"
#include "worker/draw/fonts.hpp"
#include "worker/layout/flow.hpp"

namespace platen::worker {

/// What to draw, and where to. All borrowed for the call.
struct DrawOrder {
  const RenderSpec& spec;
  const Fd* data = nullptr;              ///< the upload, or null: the rows are in the spec
  const Fd& output;                      ///< empty, open for writing
  TimePoint created_at;                  ///< the document's date
  std::vector<RenderImage> images = {};  ///< the uploads that the report shows
  const Fd* scratch = nullptr;           ///< empty, open for reading and writing; null: memory only
  unsigned threads = 1;                  ///< at most so many draw at once; the bytes do not depend on it
};

/// Draws in two passes, *scan* and *render*, in memory that hardly grows with the rows: about 60 bytes a page and 50
/// for every 512 rows; one byte a row where columns wrap, eight a group where rows are grouped. Equal orders give equal
/// bytes, with the same fonts and libraries. Errors: `invalid_report` and `bad_data` as the report and its data
/// deserve; `canceled` after Command::stop, within 50 ms; `unavailable` when the disk is full. The output is then of no
/// use. Threads: that of `fonts`.
[[nodiscard]] Result<Rendered> draw_report(Fonts& fonts, const DrawOrder& order,
                                           const Renderer::OnProgress& on_progress);

/// Loads what nearly every report needs, so that the first one does not wait for it.
void warm_up(Fonts& fonts);

}  // namespace platen::worker
