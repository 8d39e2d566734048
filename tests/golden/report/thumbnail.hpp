// A page in very few pixels: small enough to keep, and telling enough to see when something is gone or elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/golden/report/drawn_report.hpp"

namespace platen::test {

/// One gray pixel for each 8 by 8 points of the page.
struct Thumbnail {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<std::uint8_t> pixels;  ///< in rows from above; 255 is white
};

/// Draws a page by `pdftoppm`.
[[nodiscard]] Thumbnail thumbnail_of(const DrawnReport& report, int page);

/// As a PGM file, and back; throws std::runtime_error where the bytes are none of ours.
[[nodiscard]] std::string pgm_of(const Thumbnail& thumbnail);
[[nodiscard]] Thumbnail thumbnail_from(const std::string& pgm);

/// How far two of one size differ, in steps of gray. A font of another version moves letters by fractions of a point,
/// which evens out over a few pixels: so the mean of 2 by 2 of them counts.
struct Difference {
  double largest = 0;  ///< of any 16 by 16 points
  double mean = 0;     ///< over the page
};
[[nodiscard]] Difference difference(const Thumbnail& left, const Thumbnail& right);

/// Within this, pages look the same.
inline constexpr Difference tolerance{14, 0.8};
[[nodiscard]] bool looks_alike(const Thumbnail& left, const Thumbnail& right);

}  // namespace platen::test
