#include "worker/figures/canvas.hpp"

#include <cairo-pdf.h>
#include <fmt/format.h>

#include <new>
#include <utility>

namespace platen::worker {

Canvas::Canvas(double width_pt, double height_pt) : width_(width_pt), height_(height_pt) {
  surface_.reset(cairo_pdf_surface_create_for_stream(&Canvas::take, this, width_pt, height_pt));
  // Otherwise the time of drawing, and equal drawings would differ. Nothing of it gets into the report.
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
  context_.reset(cairo_create(surface_.get()));
}

cairo_status_t Canvas::take(void* self, const unsigned char* data, unsigned length) {
  try {
    static_cast<Canvas*>(self)->pdf_.append(static_cast<const char*>(static_cast<const void*>(data)), length);
    return CAIRO_STATUS_SUCCESS;
  } catch (const std::bad_alloc&) {  // must not pass through C
    return CAIRO_STATUS_NO_MEMORY;
  }
}

Result<Figure> Canvas::finish() {
  cairo_show_page(context_.get());
  const cairo_status_t drawn = cairo_status(context_.get());
  cairo_surface_finish(surface_.get());
  // Either may hold an error that the other does not show.
  const cairo_status_t finished = cairo_surface_status(surface_.get());
  if (const cairo_status_t status = drawn != CAIRO_STATUS_SUCCESS ? drawn : finished; status != CAIRO_STATUS_SUCCESS)
    return fail(Errc::internal, fmt::format("A figure could not be drawn ({}).", static_cast<int>(status)));
  return Figure{width_, height_, 0, 0, std::move(pdf_), 0};
}

}  // namespace platen::worker
