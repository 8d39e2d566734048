// Just enough of UTF-8 to check and measure text.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace platen::codec {

/// The offset of the first byte that is not part of well-formed UTF-8 (Unicode, table 3-7).
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept;

/// How many code points valid UTF-8 holds.
[[nodiscard]] std::size_t code_points(std::string_view text) noexcept;

}  // namespace platen::codec
