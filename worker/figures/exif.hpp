// How a camera was held when it took a picture (Exif 2.32, tag 0x0112).
#pragma once

#include <string_view>

namespace platen::worker {

/// 1 to 8: where the picture's first row and column are to be seen. 1, as it lies, where `segment` (what is in a
/// JPEG's APP1) says nothing that makes sense.
[[nodiscard]] int orientation_in(std::string_view segment) noexcept;

}  // namespace platen::worker
