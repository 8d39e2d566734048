// Uploaded pictures: drawn or refused, whatever they are.
#include <cstdlib>

#include "worker/figures/image.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto figure = platen::worker::image_figure(bytes, "picture");
  if (figure && (figure->width_pt <= 0 || figure->height_pt <= 0 || figure->pdf.empty())) std::abort();
  if (!figure && figure.error().code == platen::Errc::internal) std::abort();
  return 0;
}
