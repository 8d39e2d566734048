// Digest fields: Content-Digest and Repr-Digest (RFC 9530).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/library.hpp"
#include "platen/error.hpp"

namespace platen::http {

/// The SHA-256 in such a field, as lower-case hex; nullopt where there is no such field or none of its digests is a
/// SHA-256. `invalid_request` for one that is malformed.
[[nodiscard]] Result<std::optional<std::string>> sha256_in(const httplib::Headers& headers, const std::string& name);

}  // namespace platen::http
