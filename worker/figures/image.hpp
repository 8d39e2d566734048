// Uploaded pictures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fd.hpp"
#include "platen/error.hpp"
#include "worker/figures/figure.hpp"

namespace platen::worker {

/// What a picture may be at most. The sides are Cairo's bound; a file of 40 megapixels holds an A4 page scanned at
/// 600 dots per inch, and takes 160 MB while it is drawn, however small it is as a file.
inline constexpr std::size_t max_image_bytes = 32 << 20;
inline constexpr std::uint64_t max_image_side_px = 32'767;
inline constexpr std::uint64_t max_image_pixels = 40'000'000;
inline constexpr std::uint64_t max_decoded_bytes = 160'000'000;

inline constexpr double image_points_per_pixel = 72.0 / 96.0;

/// Draws a PNG (any depth, alpha kept) or a JPEG (turned as its Exif says) at 96 dots per inch. A gray or colour JPEG
/// lies in the PDF as it came; CMYK becomes RGB. Every picture is decoded whole, so what is drawn is not broken.
/// `name` is how a message calls the picture. Errors: `bad_data` for what is no such picture, or a damaged one;
/// `too_large` past the limits above.
[[nodiscard]] Result<Figure> image_figure(std::string_view bytes, std::string_view name);
/// The same, of a file that is read from its present position.
[[nodiscard]] Result<Figure> image_figure(const Fd& file, std::string_view name);

}  // namespace platen::worker
