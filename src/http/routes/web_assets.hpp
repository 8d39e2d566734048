// The files of web/ and the schema of a report, compiled in: what a path names is never looked for on a disk.
#pragma once

#include <span>
#include <string_view>

namespace platen::http::web {

struct Asset {
  std::string_view name;  ///< of the file: `index.html`
  std::string_view text;
};

/// All of them. Lives as long as the program.
[[nodiscard]] std::span<const Asset> assets() noexcept;

}  // namespace platen::http::web
