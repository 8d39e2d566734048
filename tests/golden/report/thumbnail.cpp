#include "tests/golden/report/thumbnail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "tests/support/command.hpp"

namespace platen::test {

namespace {

/// A binary PGM of at most 8 bits.
Thumbnail picture_from(const std::string& pgm) {
  std::istringstream stream(pgm);
  std::string magic;
  unsigned most = 0;
  Thumbnail picture;
  stream >> magic >> picture.width >> picture.height >> most;
  stream.get();
  const auto begin = static_cast<std::size_t>(stream.tellg());
  if (!stream || magic != "P5" || most != 255 || pgm.size() - begin != picture.width * picture.height)
    throw std::runtime_error("no picture");
  picture.pixels.assign(pgm.begin() + static_cast<std::ptrdiff_t>(begin), pgm.end());
  return picture;
}

/// Each pixel the mean of `times` by `times`; what is over at the right and lower edges makes smaller ones.
Thumbnail shrunk(const Thumbnail& picture, std::size_t times) {
  Thumbnail small{(picture.width + times - 1) / times, (picture.height + times - 1) / times, {}};
  for (std::size_t y = 0; y < picture.height; y += times) {
    for (std::size_t x = 0; x < picture.width; x += times) {
      unsigned sum = 0;
      unsigned count = 0;
      for (std::size_t v = y; v < std::min(y + times, picture.height); ++v)
        for (std::size_t u = x; u < std::min(x + times, picture.width); ++u, ++count)
          sum += picture.pixels[v * picture.width + u];
      small.pixels.push_back(static_cast<std::uint8_t>((sum + count / 2) / count));
    }
  }
  return small;
}

}  // namespace

Thumbnail thumbnail_of(const DrawnReport& report, int page) {
  const std::string number = std::to_string(page);
  const Output drawn = run({"pdftoppm", "-r", "36", "-gray", "-f", number, "-l", number, report.path()});
  if (drawn.exit_code != 0) throw std::runtime_error(drawn.err);
  constexpr std::size_t points_a_pixel = 8;
  return shrunk(picture_from(drawn.out), points_a_pixel * 36 / 72);
}

std::string pgm_of(const Thumbnail& thumbnail) {
  return fmt::format("P5\n{} {}\n255\n", thumbnail.width, thumbnail.height) +
         std::string(thumbnail.pixels.begin(), thumbnail.pixels.end());
}

Thumbnail thumbnail_from(const std::string& pgm) { return picture_from(pgm); }

Difference difference(const Thumbnail& left, const Thumbnail& right) {
  if (left.width != right.width || left.height != right.height) throw std::runtime_error("pages of different sizes");
  const Thumbnail coarse_left = shrunk(left, 2);
  const Thumbnail coarse_right = shrunk(right, 2);
  Difference found;
  for (std::size_t i = 0; i < coarse_left.pixels.size(); ++i) {
    const double here =
        std::abs(static_cast<double>(coarse_left.pixels[i]) - static_cast<double>(coarse_right.pixels[i]));
    found.largest = std::max(found.largest, here);
    found.mean += here / static_cast<double>(coarse_left.pixels.size());
  }
  return found;
}

bool looks_alike(const Thumbnail& left, const Thumbnail& right) {
  const Difference found = difference(left, right);
  return found.largest <= tolerance.largest && found.mean <= tolerance.mean;
}

}  // namespace platen::test
