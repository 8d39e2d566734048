#include "tests/unit/figures/pictures.hpp"

// clang-format off
#include <cstdio>  // before jpeglib.h, which needs it and does not say so
#include <jpeglib.h>
// clang-format on

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

namespace platen::test {

namespace {

void append_number(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xFFU));
}

void append_chunk(std::string& out, std::string_view type, std::string_view data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = out.size();
  out += type;
  out += data;
  std::uint32_t crc = 0xFFFFFFFFU;
  for (std::size_t i = begin; i < out.size(); ++i) {
    crc ^= static_cast<unsigned char>(out[i]);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  append_number(out, ~crc);
}

/// RFC 1950 and 1951, stored blocks.
std::string stored(std::string_view bytes) {
  std::string out = "\x78\x01";
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char c : bytes) {
    low = (low + static_cast<unsigned char>(c)) % 65521;
    high = (high + low) % 65521;
  }
  do {
    const std::string_view block = bytes.substr(0, 0xFFFF);
    bytes.remove_prefix(block.size());
    const auto size = static_cast<std::uint32_t>(block.size());
    out.push_back(bytes.empty() ? 1 : 0);
    for (const std::uint32_t number : {size, ~size}) {
      out.push_back(static_cast<char>(number & 0xFFU));
      out.push_back(static_cast<char>(number >> 8 & 0xFFU));
    }
    out += block;
  } while (!bytes.empty());
  append_number(out, high << 16 | low);
  return out;
}

/// An Exif segment that says how the camera was held, and nothing else.
std::string exif(int orientation) {
  std::string segment("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 25);
  segment.push_back(static_cast<char>(orientation));
  segment.append(6, '\0');
  return segment;
}

std::vector<JSAMPLE> row_of(J_COLOR_SPACE space, std::uint32_t y) {
  std::vector<JSAMPLE> row;
  for (std::uint32_t x = 0; x < quarters_width; ++x) {
    const Colour c = quarter_at(x, y);
    if (space == JCS_GRAYSCALE) {
      row.push_back(static_cast<JSAMPLE>((c.red + c.green + c.blue) / 3));
    } else {
      row.insert(row.end(), {c.red, c.green, c.blue});
    }
    if (space == JCS_CMYK) row.push_back(255);  // as Adobe has it: how much light each ink lets through
  }
  return row;
}

}  // namespace

std::string png_file(const Png& png) {
  std::string out = "\x89PNG\r\n\x1a\n";
  std::string header;
  append_number(header, png.width);
  append_number(header, png.height);
  header += {static_cast<char>(png.depth), static_cast<char>(png.colour), 0, 0, 0};
  append_chunk(out, "IHDR", header);
  if (!png.palette.empty()) append_chunk(out, "PLTE", png.palette);
  append_chunk(out, "IDAT", stored(png.rows));
  append_chunk(out, "IEND", "");
  return out;
}

Colour quarter_at(std::uint32_t x, std::uint32_t y) {
  const bool right = x >= quarters_width / 2;
  const bool below = y >= quarters_height / 2;
  if (below) return right ? Colour{255, 255, 255} : Colour{0, 0, 255};
  return right ? Colour{0, 255, 0} : Colour{255, 0, 0};
}

std::string jpeg_file(const JpegKind& kind) {
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  codec.err = jpeg_std_error(&errors);  // ends the process on an error: a bug of the test
  jpeg_create_compress(&codec);
  unsigned char* memory = nullptr;
  unsigned long bytes = 0;
  jpeg_mem_dest(&codec, &memory, &bytes);
  constexpr std::array spaces = {JCS_RGB, JCS_RGB, JCS_GRAYSCALE, JCS_CMYK};
  codec.image_width = quarters_width;
  codec.image_height = quarters_height;
  codec.in_color_space = spaces.at(static_cast<std::size_t>(kind.space));
  codec.input_components = codec.in_color_space == JCS_GRAYSCALE ? 1 : codec.in_color_space == JCS_CMYK ? 4 : 3;
  jpeg_set_defaults(&codec);
  if (kind.space == JpegKind::Space::rgb) jpeg_set_colorspace(&codec, JCS_RGB);
  jpeg_set_quality(&codec, 95, TRUE);
  if (kind.progressive) jpeg_simple_progression(&codec);
  jpeg_start_compress(&codec, TRUE);
  if (kind.orientation > 0) {
    const std::string segment = exif(kind.orientation);
    const void* const data = segment.data();
    jpeg_write_marker(&codec, JPEG_APP0 + 1, static_cast<const JOCTET*>(data), static_cast<unsigned>(segment.size()));
  }
  for (std::uint32_t y = 0; y < quarters_height; ++y) {
    std::vector<JSAMPLE> row = row_of(codec.in_color_space, y);
    JSAMPLE* rows = row.data();
    jpeg_write_scanlines(&codec, &rows, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  const void* const file = memory;
  std::string out(static_cast<const char*>(file), bytes);
  std::free(memory);
  return out;
}

}  // namespace platen::test
