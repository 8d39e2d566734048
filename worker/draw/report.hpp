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

/// Pages, counted from 0: `first` up to, but not including, `last`.
struct PageRange {
  std::uint64_t first = 0;
  std::uint64_t last = all_pages;
};

/// What to draw, and where to. All borrowed for the call.
struct DrawOrder {
  const RenderSpec& spec;
  const Fd* data = nullptr;  ///< the upload, or null: the rows are in the spec
  const Fd& output;          ///< empty, open for writing
  TimePoint created_at;      ///< the document's date
  /// The part of the report to write; its pages are numbered as in the whole.
  PageRange pages = {};
  std::vector<RenderImage> images = {};  ///< the uploads that the report shows
  const Fd* scratch = nullptr;           ///< empty, open for reading and writing; null: memory only
  unsigned threads = 1;                  ///< at most so many draw at once; the bytes do not depend on it
};

/// Draws in two passes, *scan* and *render*, in memory that does not grow with the rows (but for 16 bytes a page and
/// 24 for every 512 rows). Equal orders give equal bytes, with the same fonts and libraries.
/// Errors: `invalid_report` and `bad_data` as the report and its data deserve; `canceled` after Command::stop, within
/// 50 ms; `unavailable` when the disk is full. The output is then of no use.
/// Threads: that of `fonts`.
[[nodiscard]] Result<Rendered> draw_report(Fonts& fonts, const DrawOrder& order,
                                           const Renderer::OnProgress& on_progress);

/// Loads what nearly every report needs, so that the first one does not wait for it.
void warm_up(Fonts& fonts);

}  // namespace platen::worker
