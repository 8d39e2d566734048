// Media types and other values with parameters (RFC 9110, section 8.3; RFC 2183).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::http {

/// `multipart/form-data; boundary="a b"`, or `form-data; name=data`: a value and its parameters.
struct ParameterizedValue {
  std::string value;                                            ///< in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  ///< names in lower case; values unquoted
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
};

/// Reads it, quoted or not; nullopt where it is malformed.
[[nodiscard]] std::optional<ParameterizedValue> parse_parameterized(std::string_view text);

/// Whether a Content-Type is JSON to us: application/json, any +json, none at all, and
/// application/x-www-form-urlencoded, which is what `curl -d` says of whatever it is given.
[[nodiscard]] bool is_json_type(std::string_view content_type);
[[nodiscard]] bool is_form_type(std::string_view content_type);

}  // namespace platen::http
