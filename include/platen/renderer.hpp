// Turning a spec and its data into a PDF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platen/error.hpp"
#include "platen/job.hpp"
#include "platen/time.hpp"

namespace platen {

class Fd;

/// Different uploads that one report can show, logos among them.
inline constexpr std::size_t most_images = 32;

/// An upload that the report shows.
struct RenderImage {
  std::string upload;        ///< its id, as the spec names it
  const Fd* file = nullptr;  ///< opened for reading
};

/// One report to draw. The descriptors are borrowed for the call.
struct RenderTask {
  std::string spec;                 ///< canonical JSON, see Submission::spec
  const Fd* data = nullptr;         ///< the upload, opened for reading; null when the rows are in `spec`
  const Fd* output = nullptr;       ///< an empty file, opened for reading and writing
  const Fd* scratch = nullptr;      ///< an empty file for what does not fit in memory (sorting); null: memory only
  std::vector<RenderImage> images;  ///< one for each that the spec names, in any order
  unsigned threads = 1;             ///< at most so many draw at once; the bytes do not depend on it
  TimePoint created_at;             ///< the job's: goes into the PDF, so that equal input gives equal bytes
};

/// What was drawn.
struct Rendered {
  std::uint64_t pages = 0;
  std::uint64_t rows = 0;
  std::uint64_t replaced_bytes = 0;
  std::uint64_t skipped_rows = 0;
  std::uint64_t missing_glyphs = 0;  ///< characters that no installed font has, drawn as boxes
};

/// What the caller wants of a render under way.
enum class Command { go_on, stop };

/// Draws reports, one at a time. Threads: one slot's.
class Renderer {
 public:
  /// Called with each progress, and at least every `tick` without one; its answer is obeyed within 200 ms.
  using OnProgress = std::function<Command(const std::optional<Progress>&)>;
  virtual ~Renderer() = default;
  /// `canceled` after Command::stop; `renderer_died` when the process ended or fell silent;
  /// otherwise the renderer's own verdict (`bad_data`, `invalid_report` …).
  [[nodiscard]] virtual Result<Rendered> render(const RenderTask& task, const OnProgress& on_progress) = 0;
};

}  // namespace platen
