// The templates of headers and footers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace platen::worker {

/// What the names in a template stand for.
struct PageLineValues {
  std::string_view title;
  std::string_view subtitle;
  std::string_view author;
  std::string_view date;
  std::string_view time;
  std::uint64_t page = 0;  ///< counted from 1
  std::uint64_t pages = 0;
};

/// Replaces {title}, {subtitle}, {author}, {date}, {time}, {page} and {pages}; {{ and }} become braces. What is in
/// braces and none of these stands as it is: the request's check has refused it.
[[nodiscard]] std::string expand(std::string_view pattern, const PageLineValues& values);

}  // namespace platen::worker
