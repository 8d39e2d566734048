// URLs that clients name as targets. Private to codec.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/fields.hpp"
#include "platen/job.hpp"

namespace platen::codec {

inline constexpr std::size_t longest_url = 2000;

/// A target out of `https://host[:port]/path?query` in printable ASCII; or what does not fit.
[[nodiscard]] Result<WebTarget> parse_web_target(std::string_view url);
/// The member `name`, where there is one that fits.
[[nodiscard]] std::optional<WebTarget> take_web_target(Fields& fields, std::string_view name);

}  // namespace platen::codec
