// Picture files, made for the tests.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace platen::test {

/// A PNG's header and rows, compressed without compressing: valid for every reader.
struct Png {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t depth = 8;
  std::uint8_t colour = 6;  ///< 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA
  std::string palette;      ///< three bytes an entry
  std::string rows;         ///< each begins with its filter's byte, 0
};
[[nodiscard]] std::string png_file(const Png& png);

/// Four quarters: red and green above, blue and white below.
inline constexpr std::uint32_t quarters_width = 48;
inline constexpr std::uint32_t quarters_height = 96;
struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};
[[nodiscard]] Colour quarter_at(std::uint32_t x, std::uint32_t y);

struct JpegKind {
  enum class Space { ycbcr, rgb, gray, cmyk } space = Space::ycbcr;
  bool progressive = false;
  int orientation = 0;  ///< of its Exif; 0: it has none
};
/// The quarters as a JPEG.
[[nodiscard]] std::string jpeg_file(const JpegKind& kind);

}  // namespace platen::test
