// Large letters across every page.
#pragma once

#include <string_view>

#include "platen/error.hpp"
#include "worker/draw/press.hpp"
#include "worker/draw/scan.hpp"

namespace platen::worker {

/// The name under which pages draw it.
inline constexpr std::string_view watermark_resource = "Watermark";

/// Adds the report's watermark as a form: in the middle of the page, along its diagonal, as large as it fits.
[[nodiscard]] Result<void> add_watermark(const Setting& setting, Press& press);

}  // namespace platen::worker
