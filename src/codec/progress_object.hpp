// Progress as a JSON value, for the documents that hold one. Private to codec.
#pragma once

#include "codec/json.hpp"
#include "platen/job.hpp"

namespace platen::codec {

[[nodiscard]] OrderedJson progress_object(const Progress& progress);
[[nodiscard]] Result<Progress> progress_from(const OrderedJson& object);
[[nodiscard]] Result<Error> error_from(const OrderedJson& object);
/// The members of an error as it is stored: `code`, `detail`, `errors`.
[[nodiscard]] OrderedJson error_object(const Error& error);

}  // namespace platen::codec
