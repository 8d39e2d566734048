#include "worker/figures/image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>

#include "worker/figures/canvas.hpp"
#include "worker/figures/image_kind.hpp"
#include "worker/figures/jpeg_file.hpp"

namespace platen::worker {

namespace {

tl::unexpected<Error> refuse(std::string_view name, std::string_view why) {
  return fail(Errc::bad_data, fmt::format("The image {} {}.", name, why));
}

/// A picture's size, before anything of it is decoded.
Result<void> check_size(std::string_view name, std::uint64_t width, std::uint64_t height, std::uint64_t bytes_a_pixel) {
  if (width == 0 || height == 0) return refuse(name, "has no pixels");
  const bool fits = width <= max_image_side_px && height <= max_image_side_px && width * height <= max_image_pixels &&
                    width * height * bytes_a_pixel <= max_decoded_bytes;
  if (fits) return {};
  return fail(Errc::too_large,
              fmt::format("The image {} has {} × {} pixels; {} million in all{} and {} on a side are the most.", name,
                          width, height, max_decoded_bytes / bytes_a_pixel / 1'000'000,
                          bytes_a_pixel > 4 ? " (with 16 bits a colour)" : "", max_image_side_px));
}

/// The page that shows `picture` (of `width` × `height` pixels) turned as `orientation` says.
Result<Figure> page_of(cairo_surface_t* picture, double width, double height, int orientation) {
  const bool sideways = orientation >= 5;
  const double across = sideways ? height : width;
  const double down = sideways ? width : height;
  Canvas canvas(across * image_points_per_pixel, down * image_points_per_pixel);
  cairo_t* context = canvas.context();
  cairo_scale(context, image_points_per_pixel, image_points_per_pixel);
  cairo_matrix_t turn;
  switch (orientation) {
    case 2: cairo_matrix_init(&turn, -1, 0, 0, 1, width, 0); break;
    case 3: cairo_matrix_init(&turn, -1, 0, 0, -1, width, height); break;
    case 4: cairo_matrix_init(&turn, 1, 0, 0, -1, 0, height); break;
    case 5: cairo_matrix_init(&turn, 0, 1, 1, 0, 0, 0); break;
    case 6: cairo_matrix_init(&turn, 0, 1, -1, 0, height, 0); break;
    case 7: cairo_matrix_init(&turn, 0, -1, -1, 0, height, width); break;
    case 8: cairo_matrix_init(&turn, 0, -1, 1, 0, 0, width); break;
    default: cairo_matrix_init_identity(&turn); break;
  }
  cairo_transform(context, &turn);
  cairo_set_source_surface(context, picture, 0, 0);
  cairo_paint(context);
  return canvas.finish();
}

// --- PNG -------------------------------------------------------------------------------------------

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

cairo_status_t give(void* rest, unsigned char* data, unsigned length) {
  auto& bytes = *static_cast<std::string_view*>(rest);
  if (bytes.size() < length) return CAIRO_STATUS_READ_ERROR;
  std::copy_n(bytes.begin(), length, data);
  bytes.remove_prefix(length);
  return CAIRO_STATUS_SUCCESS;
}

Result<Figure> png_figure(std::string_view bytes, std::string_view name) {
  constexpr std::size_t header_end = 26;  // signature, length, IHDR, width, height, depth, …
  if (bytes.size() < header_end || bytes.substr(12, 4) != "IHDR") return refuse(name, "is a PNG that breaks off");
  const std::uint32_t width = number_at(bytes, 16);
  const std::uint32_t height = number_at(bytes, 20);
  const bool deep = bytes[24] == 16;  // which later Cairos decode into floating point numbers
  if (auto checked = check_size(name, width, height, deep ? 16 : 4); !checked) return fail(checked.error());
  const SurfaceHandle picture(cairo_image_surface_create_from_png_stream(&give, &bytes));
  if (cairo_surface_status(picture.get()) != CAIRO_STATUS_SUCCESS)
    return refuse(name, "is a PNG that breaks off or is damaged");
  return page_of(picture.get(), width, height, 1);
}

// --- JPEG ------------------------------------------------------------------------------------------

Result<void> check_fault(std::string_view name, JpegFault fault) {
  switch (fault) {
    case JpegFault::none: return {};
    case JpegFault::damaged: return refuse(name, "is a JPEG that breaks off or is damaged");
    case JpegFault::unsupported:
      return refuse(name, "is a JPEG of a kind that is not supported; give a baseline or progressive one, or a PNG");
    case JpegFault::out_of_bounds: return refuse(name, "is a JPEG of more scans than any real one has");
  }
  return {};
}

SurfaceHandle blank_picture(const JpegFacts& facts) {
  return SurfaceHandle(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(facts.width_px),
                                                  static_cast<int>(facts.height_px)));
}

/// The page with the file itself in it. Cairo says nothing where it cannot read a file's head: it draws the surface,
/// which is black.
Result<Figure> embedded_jpeg(std::string_view bytes, const JpegFacts& facts) {
  const SurfaceHandle picture = blank_picture(facts);
  auto copy = std::make_unique<std::string>(bytes);
  const void* const data = copy->data();
  const cairo_status_t attached = cairo_surface_set_mime_data(
      picture.get(), CAIRO_MIME_TYPE_JPEG, static_cast<const unsigned char*>(data), copy->size(),
      [](void* owned) { const std::unique_ptr<std::string> freed(static_cast<std::string*>(owned)); }, copy.get());
  if (attached != CAIRO_STATUS_SUCCESS) return fail(Errc::internal, "An image could not be drawn.");
  (void)copy.release();  // the surface's from here on
  return page_of(picture.get(), facts.width_px, facts.height_px, facts.orientation);
}

Result<Figure> decoded_jpeg(std::string_view bytes, const JpegFacts& facts, std::string_view name) {
  JpegFile file(bytes);
  JpegFacts again;
  if (auto checked = check_fault(name, file.read_facts(again)); !checked) return fail(checked.error());
  const SurfaceHandle picture = blank_picture(facts);
  cairo_surface_flush(picture.get());
  void* const data = cairo_image_surface_get_data(picture.get());
  if (data == nullptr) return fail(Errc::internal, "An image could not be drawn.");
  const std::size_t stride = static_cast<std::size_t>(cairo_image_surface_get_stride(picture.get())) / 4;
  const std::span<std::uint32_t> pixels(static_cast<std::uint32_t*>(data), stride * facts.height_px);
  if (auto checked = check_fault(name, file.read_pixels(pixels, stride)); !checked) return fail(checked.error());
  cairo_surface_mark_dirty(picture.get());
  return page_of(picture.get(), facts.width_px, facts.height_px, facts.orientation);
}

Result<Figure> jpeg_figure(std::string_view bytes, std::string_view name) {
  JpegFile file(bytes);
  JpegFacts facts;
  if (auto checked = check_fault(name, file.read_facts(facts)); !checked) return fail(checked.error());
  if (auto checked = check_size(name, facts.width_px, facts.height_px, 4); !checked) return fail(checked.error());
  if (!facts.embeddable) return decoded_jpeg(bytes, facts, name);
  if (auto checked = check_fault(name, file.prove()); !checked) return fail(checked.error());
  auto figure = embedded_jpeg(bytes, facts);
  if (figure && figure->pdf.find("/DCTDecode") == std::string::npos) return decoded_jpeg(bytes, facts, name);
  return figure;
}

}  // namespace

Result<Figure> image_figure(std::string_view bytes, std::string_view name) {
  if (bytes.empty()) return refuse(name, "is empty; give a PNG or a JPEG");
  const FileKind kind = kind_of_file(bytes);
  switch (kind.image) {
    case ImageKind::png: return png_figure(bytes, name);
    case ImageKind::jpeg: return jpeg_figure(bytes, name);
    case ImageKind::other: break;
  }
  return refuse(name, fmt::format("is {}; give a PNG or a JPEG", kind.name));
}

Result<Figure> image_figure(const Fd& file, std::string_view name) {
  auto bytes = read_whole(file, max_image_bytes);  // a report may show it more than once
  if (bytes) return image_figure(*bytes, name);
  if (bytes.error().code != Errc::too_large) return fail(std::move(bytes).error());
  return fail(Errc::too_large,
              fmt::format("The image {} has more than {} MiB.", name, max_image_bytes / (1024 * 1024)));
}

}  // namespace platen::worker
