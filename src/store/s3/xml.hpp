// What S3 says in XML, as far as we ask.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::s3 {

/// The text of the first `<name>` in `xml`, with XML's five entities resolved; nullopt where there is none. Whoever
/// else nests in it comes along as it is: for elements that hold text alone.
[[nodiscard]] std::optional<std::string> text_of(std::string_view xml, std::string_view name);
/// What is inside each `<name>`, unresolved.
[[nodiscard]] std::vector<std::string_view> all_of(std::string_view xml, std::string_view name);
/// `text` with XML's entities for what cannot stand in an element.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace platen::s3
