// Errors as JSON values, for the documents that hold one. Private to codec.
#pragma once

#include "codec/json.hpp"
#include "platen/error.hpp"

namespace platen::codec {

/// The members of a problem document (RFC 9457) without `request_id`; `internal` loses its detail.
[[nodiscard]] OrderedJson problem_object(const Error& error);
/// `[{"pointer":…,"detail":…}]`
[[nodiscard]] OrderedJson field_errors(const Error& error);

}  // namespace platen::codec
