// Problem documents (RFC 9457).
#pragma once

#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen::codec {

/// The HTTP status of an error code; the one table of it.
[[nodiscard]] int status_of(Errc code) noexcept;

/// `{"type":"urn:platen:error:gone","title":"Gone","status":410,"detail":…,"code":"gone","request_id":…,"errors":[…]}`
/// The detail of `internal` is replaced by a general one: it may hold what clients must not see.
[[nodiscard]] std::string encode_problem(const Error& error, std::string_view request_id);

}  // namespace platen::codec
