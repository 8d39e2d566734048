// Uploaded pictures: what is drawn of good ones, and what is said of others.
#include "worker/figures/image.hpp"

#include <fmt/format.h>

#include <random>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/figures/pictures.hpp"
#include "tests/unit/figures/support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::test;

namespace {

Pictured drawn(const Figure& figure) {
  const TempDir folder;
  Pictured seen = pictured(folder, "picture", report_with(figure), 96);
  CHECK(seen.faults == "");
  return seen;
}

Pictured drawn(std::string_view bytes) {
  const auto figure = image_figure(bytes, "logo");
  if (!figure) FAIL(figure.error().detail);
  return drawn(*figure);
}

/// The letter of the colour at a place: one of r, g, b, w (and what it is, when it is none of them).
std::string letter(const std::array<int, 3>& colour) {
  const auto near = [&](int red, int green, int blue) {
    return std::abs(colour[0] - red) + std::abs(colour[1] - green) + std::abs(colour[2] - blue) < 40;
  };
  if (near(255, 0, 0)) return "r";
  if (near(0, 255, 0)) return "g";
  if (near(0, 0, 255)) return "b";
  if (near(255, 255, 255)) return "w";
  return fmt::format("({}, {}, {})", colour[0], colour[1], colour[2]);
}

/// The page's quarters, row by row.
std::string quarters(const Pictured& page) {
  std::string letters;
  for (const double y : {0.25, 0.75})
    for (const double x : {0.25, 0.75}) letters += letter(page.at(x, y));
  return letters;
}

Png quarters_png(std::uint8_t depth, std::uint8_t colour) {
  Png png{quarters_width, quarters_height, depth, colour, {}, {}};
  const std::size_t repeats = depth / 8;
  for (std::uint32_t y = 0; y < png.height; ++y) {
    png.rows.push_back(0);
    for (std::uint32_t x = 0; x < png.width; ++x) {
      const Colour c = quarter_at(x, y);
      for (const std::uint8_t part : {c.red, c.green, c.blue}) png.rows.append(repeats, static_cast<char>(part));
      if (colour == 6) png.rows.append(repeats, '\xFF');
    }
  }
  return png;
}

Error refusal(std::string_view bytes) {
  const auto figure = image_figure(bytes, "logo");
  REQUIRE(!figure);
  return figure.error();
}

}  // namespace

TEST_CASE("a PNG of 96 pixels is an inch long, whatever its kind", "[image]") {
  for (const auto& [depth, colour] : {std::pair(8, 2), std::pair(8, 6), std::pair(16, 2), std::pair(16, 6)}) {
    const auto figure = image_figure(
        png_file(quarters_png(static_cast<std::uint8_t>(depth), static_cast<std::uint8_t>(colour))), "logo");
    INFO(depth << " bits, colour type " << colour);
    REQUIRE(figure);
    CHECK(figure->width_pt == 36);
    CHECK(figure->height_pt == 72);
    const Pictured page = drawn(*figure);
    CHECK(page.width == 48);
    CHECK(page.height == 96);
    CHECK(quarters(page) == "rgbw");
  }
}

TEST_CASE("palettes and gray are drawn as they are meant", "[image]") {
  Png palette{2, 2, 8, 3, std::string("\xFF\0\0\0\xFF\0\0\0\xFF\xFF\xFF\xFF", 12), {}};
  palette.rows = std::string("\0\0\1\0\2\3", 6);
  CHECK(image_figure(png_file(palette), "logo").value().width_pt == 1.5);
  Png wide{96, 48, 8, 3, palette.palette, {}};
  for (int y = 0; y < 48; ++y) wide.rows += std::string(1, '\0') + std::string(48, '\2') + std::string(48, '\1');
  CHECK(quarters(drawn(png_file(wide))) == "bgbg");

  Png gray{64, 64, 8, 0, {}, {}};
  for (int y = 0; y < 64; ++y) gray.rows += std::string(1, '\0') + std::string(64, '\x60');
  CHECK(drawn(png_file(gray)).at(0.5, 0.5) == std::array{0x60, 0x60, 0x60});

  Png bits{64, 64, 1, 0, {}, {}};
  for (int y = 0; y < 64; ++y) bits.rows += std::string(1, '\0') + std::string(4, '\0') + std::string(4, '\xFF');
  const Pictured two = drawn(png_file(bits));
  CHECK(two.at(0.25, 0.5) == std::array{0, 0, 0});
  CHECK(two.at(0.75, 0.5) == std::array{255, 255, 255});
}

TEST_CASE("what is transparent lets the page through", "[image]") {
  Png png{64, 64, 8, 6, {}, {}};
  for (int y = 0; y < 64; ++y) {
    png.rows.push_back(0);
    for (int x = 0; x < 64; ++x) png.rows += std::string("\xFF\0\0", 3) + (x < 32 ? '\x00' : '\x80');
  }
  const Pictured page = drawn(png_file(png));
  CHECK(letter(page.at(0.2, 0.5)) == "w");
  const auto half = page.at(0.8, 0.5);
  CHECK(half[0] == 255);
  CHECK(std::abs(half[1] - 127) < 3);
  CHECK(std::abs(half[2] - 127) < 3);
}

TEST_CASE("a JPEG lies in the report as it came", "[image]") {
  for (const bool progressive : {false, true}) {
    const std::string file = jpeg_file({JpegKind::Space::ycbcr, progressive, 0});
    const auto figure = image_figure(file, "logo");
    REQUIRE(figure);
    CHECK(figure->width_pt == 36);
    CHECK(figure->height_pt == 72);
    CHECK(figure->pdf.find(file) != std::string::npos);
    CHECK(report_with(*figure).find(file) != std::string::npos);
    CHECK(quarters(drawn(*figure)) == "rgbw");
  }
  const std::string gray = jpeg_file({JpegKind::Space::gray, false, 0});
  CHECK(image_figure(gray, "logo").value().pdf.find(gray) != std::string::npos);
  CHECK(drawn(gray).at(0.25, 0.25)[0] == 85);
}

TEST_CASE("a JPEG that PDF readers see differently is converted", "[image]") {
  for (const auto space : {JpegKind::Space::cmyk, JpegKind::Space::rgb}) {
    const auto figure = image_figure(jpeg_file({space, false, 0}), "logo");
    REQUIRE(figure);
    CHECK(figure->pdf.find("/DCTDecode") == std::string::npos);
    CHECK(quarters(drawn(*figure)) == "rgbw");
  }
}

TEST_CASE("a picture is turned as its Exif says", "[image]") {
  // The quarters row by row, as each of the eight orientations shows a picture whose rows are "rg", "bw".
  const std::vector<std::string> shown = {"rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    INFO("orientation " << orientation);
    const auto figure = image_figure(jpeg_file({JpegKind::Space::ycbcr, false, orientation}), "logo");
    REQUIRE(figure);
    CHECK((figure->width_pt > figure->height_pt) == (orientation >= 5));
    CHECK(quarters(drawn(*figure)) == shown[static_cast<std::size_t>(orientation - 1)]);
  }
}

TEST_CASE("another file is refused by its name", "[image]") {
  using namespace std::string_literals;
  const std::vector<std::pair<std::string, std::string>> files = {
      {"GIF89a\1\0\1\0"s, "a GIF"},
      {"RIFF\x20\0\0\0WEBPVP8 "s, "a WebP image"},
      {"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"s, "an SVG drawing"},
      {"%PDF-1.7\n"s, "a PDF"},
      {"order,total\n1,2\n"s, "text"},
      {"\0\1\2\3\4"s, "a file of another kind"},
      {"\xFF"s, "a file of another kind"}};
  for (const auto& [bytes, name] : files) {
    const Error error = refusal(bytes);
    CHECK(error.code == Errc::bad_data);
    CHECK(error.detail == "The image logo is " + name + "; give a PNG or a JPEG.");
  }
  CHECK(refusal("").detail == "The image logo is empty; give a PNG or a JPEG.");
}

TEST_CASE("a picture that breaks off anywhere is refused", "[image]") {
  for (const std::string& whole :
       {png_file(quarters_png(8, 2)), jpeg_file({JpegKind::Space::ycbcr, false, 6}),
        jpeg_file({JpegKind::Space::ycbcr, true, 0}), jpeg_file({JpegKind::Space::cmyk, false, 0})}) {
    REQUIRE(image_figure(whole, "logo"));
    const std::size_t step = 1 + whole.size() / 400;
    for (std::size_t size = 8; size < whole.size(); size += step) {
      INFO(size << " of " << whole.size() << " bytes");
      CHECK(refusal(std::string_view(whole).substr(0, size)).code == Errc::bad_data);
    }
    CHECK(refusal(whole.substr(0, whole.size() - 1)).detail.find("breaks off") != std::string::npos);
  }
}

TEST_CASE("a small file that would fill the memory is refused before it is decoded", "[image]") {
  for (const auto& [width, height] :
       {std::pair(30'000U, 30'000U), std::pair(40'000U, 1U), std::pair(0xFFFFFFFFU, 1U)}) {
    const Error error = refusal(png_file({width, height, 8, 2, {}, std::string(100, '\0')}));
    CHECK(error.code == Errc::too_large);
    CHECK(error.detail.find(fmt::format("{} × {} pixels", width, height)) != std::string::npos);
  }
  CHECK(refusal(png_file({5000, 4000, 16, 2, {}, std::string(100, '\0')})).code == Errc::too_large);
  CHECK(refusal(png_file({0, 10, 8, 2, {}, {}})).detail == "The image logo has no pixels.");
  std::string jpeg = jpeg_file({});
  const std::size_t frame = jpeg.find("\xFF\xC0");
  REQUIRE(frame != std::string::npos);
  jpeg.replace(frame + 5, 4, "\x75\x30\x75\x30");  // 30,000 × 30,000
  CHECK(refusal(jpeg).code == Errc::too_large);
}

TEST_CASE("a damaged picture is drawn or refused, and nothing else", "[image]") {
  std::mt19937 random(7);  // NOLINT: the same bytes every time
  std::size_t refused = 0;
  for (const std::string& whole : {png_file(quarters_png(8, 6)), jpeg_file({JpegKind::Space::ycbcr, false, 6}),
                                   jpeg_file({JpegKind::Space::ycbcr, true, 0})}) {
    for (int round = 0; round < 300; ++round) {
      std::string bytes = whole;
      for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
      const auto figure = image_figure(bytes, "logo");
      if (figure) continue;
      ++refused;
      CHECK((figure.error().code == Errc::bad_data || figure.error().code == Errc::too_large));
    }
  }
  CHECK(refused > 300);
}

TEST_CASE("a picture is read from a file, up to a bound", "[image]") {
  const auto file = memory_file(png_file(quarters_png(8, 2)));
  REQUIRE(file);
  CHECK(image_figure(*file, "logo"));
  const auto large = memory_file(std::string(max_image_bytes + 1, 'x'));
  REQUIRE(large);
  const auto refused = image_figure(*large, "logo");
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::too_large);
  CHECK(refused.error().detail == "The image logo has more than 32 MiB.");
}
