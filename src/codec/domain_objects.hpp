// Parts of the domain as JSON values, for the documents that hold them. Private to codec.
#pragma once

#include "codec/job_json.hpp"
#include "codec/json.hpp"
#include "platen/error.hpp"
#include "platen/job.hpp"

namespace platen::codec {

[[nodiscard]] OrderedJson progress_object(const Progress& progress);
[[nodiscard]] Result<Progress> progress_from(const OrderedJson& object);

/// A job as clients see it.
[[nodiscard]] OrderedJson job_object(const Job& job, const JobView& view);

/// `code`, `detail` and, where there are any, `errors`: an error as it is stored.
[[nodiscard]] OrderedJson error_object(const Error& error);
[[nodiscard]] Result<Error> error_from(const OrderedJson& object);
/// The same as clients see it: `internal` has a general detail instead of its own.
[[nodiscard]] OrderedJson shown_error(const Error& error);

}  // namespace platen::codec
