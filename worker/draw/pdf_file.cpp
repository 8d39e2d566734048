#include "worker/draw/pdf_file.hpp"

#include <cairo-pdf.h>
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "worker/draw/sheet.hpp"

namespace platen::worker {

namespace {
constexpr std::size_t buffer_bytes = 256 * 1024;
}  // namespace

PdfFile::PdfFile(const Fd& output, double width_pt, double height_pt, OnWrite on_write)
    : output_(output), on_write_(std::move(on_write)) {
  buffer_.reserve(buffer_bytes);
  surface_.reset(cairo_pdf_surface_create_for_stream(&PdfFile::take, this, width_pt, height_pt));
  context_.reset(cairo_create(surface_.get()));
}

cairo_status_t PdfFile::take(void* self, const unsigned char* data, unsigned length) {
  auto& file = *static_cast<PdfFile*>(self);
  if (file.failure_) return CAIRO_STATUS_WRITE_ERROR;
  const std::span<const char> bytes(static_cast<const char*>(static_cast<const void*>(data)), length);
  Result<void> written;
  if (file.buffer_.size() + length > buffer_bytes) {
    written = file.write_buffer();
    if (written) written = file.on_write_();
  }
  if (written && length > buffer_bytes) {
    written = write_all(file.output_, bytes);
  } else if (written) {
    file.buffer_.insert(file.buffer_.end(), bytes.begin(), bytes.end());  // within its capacity: throws nothing
  }
  if (written) return CAIRO_STATUS_SUCCESS;
  file.failure_ = std::move(written).error();
  return CAIRO_STATUS_WRITE_ERROR;
}

Result<void> PdfFile::write_buffer() {
  auto written = write_all(output_, buffer_);
  buffer_.clear();
  return written;
}

Result<void> PdfFile::status() const {
  if (failure_) return fail(*failure_);
  if (auto checked = check_cairo(cairo_status(context_.get())); !checked) return checked;
  return check_cairo(cairo_surface_status(surface_.get()));
}

void PdfFile::set_properties(const PdfProperties& properties) {
  const auto set = [this](cairo_pdf_metadata_t key, const std::string& text) {
    if (!text.empty()) cairo_pdf_surface_set_metadata(surface_.get(), key, text.c_str());
  };
  set(CAIRO_PDF_METADATA_TITLE, properties.title);
  set(CAIRO_PDF_METADATA_AUTHOR, properties.author);
  set(CAIRO_PDF_METADATA_CREATOR, properties.creator);
  set(CAIRO_PDF_METADATA_CREATE_DATE, properties.created);
}

void PdfFile::add_outline(const std::string& text, std::size_t level, double x, double y) {
  // A named destination: one by page number loses its target when it lies ahead, or when parts are joined.
  const std::string name = fmt::format("p{}", ++destinations_);
  const std::string place = fmt::format("name='{}' x={:.2f} y={:.2f}", name, x, y);
  cairo_tag_begin(context_.get(), CAIRO_TAG_DEST, place.c_str());
  cairo_tag_end(context_.get(), CAIRO_TAG_DEST);
  outline_.resize(std::min(outline_.size(), level));
  const int parent = outline_.empty() ? CAIRO_PDF_OUTLINE_ROOT : outline_.back();
  const int entry = cairo_pdf_surface_add_outline(surface_.get(), parent, text.c_str(),
                                                  fmt::format("dest='{}'", name).c_str(), CAIRO_PDF_OUTLINE_FLAG_OPEN);
  outline_.resize(level, parent);
  outline_.push_back(entry);
}

Result<void> PdfFile::end_page() {
  cairo_show_page(context_.get());
  return status();
}

Result<void> PdfFile::finish() {
  cairo_surface_finish(surface_.get());
  if (auto checked = status(); !checked) return checked;
  return write_buffer();
}

}  // namespace platen::worker
