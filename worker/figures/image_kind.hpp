// What an uploaded file is, told by its first bytes: a name or a content type may be wrong.
#pragma once

#include <string_view>

namespace platen::worker {

enum class ImageKind { png, jpeg, other };

struct FileKind {
  ImageKind image = ImageKind::other;
  std::string_view name;  ///< for a sentence: "a PNG", "an SVG drawing", "text"
};

[[nodiscard]] FileKind kind_of_file(std::string_view bytes) noexcept;

}  // namespace platen::worker
