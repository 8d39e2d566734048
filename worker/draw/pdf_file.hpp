// A PDF that Cairo writes into a descriptor, page by page.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "platen/error.hpp"
#include "worker/draw/handles.hpp"

namespace platen::worker {

/// What the document says of itself. All UTF-8; empty is left out.
struct PdfProperties {
  std::string title;
  std::string author;
  std::string creator;
  std::string created;  ///< RFC 3339 in UTC, whole seconds
};

/// Owns: Cairo's surface and context, a write buffer. Borrows: the output. Threads: one. Units: points.
/// Errors: Cairo keeps an error for good in the context *or* in the surface, so both are asked after every page.
class PdfFile {
 public:
  /// Called as bytes go out; an error ends the writing. Cairo's last step, done in one call, can be stopped so too.
  using OnWrite = std::function<Result<void>()>;

  PdfFile(const Fd& output, double width_pt, double height_pt, OnWrite on_write);
  PdfFile(const PdfFile&) = delete;
  PdfFile& operator=(const PdfFile&) = delete;

  [[nodiscard]] cairo_t* context() const noexcept { return context_.get(); }
  void set_properties(const PdfProperties& properties);
  /// An entry of the outline that leads to a place on the page under way. Level 0 is the outermost; an entry belongs
  /// to the last one of a lower level.
  void add_outline(const std::string& text, std::size_t level, double x, double y);
  [[nodiscard]] Result<void> end_page();
  /// Writes what is left: fonts, page tree, outline. Nothing can be drawn after it.
  [[nodiscard]] Result<void> finish();

 private:
  static cairo_status_t take(void* self, const unsigned char* data, unsigned length);
  [[nodiscard]] Result<void> write_buffer();
  [[nodiscard]] Result<void> status() const;

  const Fd& output_;
  OnWrite on_write_;
  std::vector<char> buffer_;
  std::optional<Error> failure_;  ///< what Cairo only knows as a write error
  CairoSurface surface_;
  CairoContext context_;
  std::vector<int> outline_;  ///< the last entry of each level
  std::size_t destinations_ = 0;
};

}  // namespace platen::worker
