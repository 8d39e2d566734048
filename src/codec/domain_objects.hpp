// Parts of the domain as JSON objects, for the documents that hold them. Private to codec.
#pragma once

#include "codec/job_json.hpp"
#include "codec/json.hpp"
#include "codec/json_text.hpp"
#include "platen/error.hpp"
#include "platen/job.hpp"

namespace platen::codec {

void put_members(ObjectText& object, const Progress& progress);
[[nodiscard]] Result<Progress> progress_from(const OrderedJson& object);

/// A job as clients see it.
void put_members(ObjectText& object, const Job& job, const JobView& view);

/// `code`, `detail` and, where there are any, `errors`: an error as it is stored.
void put_members(ObjectText& object, const Error& error);
[[nodiscard]] Result<Error> error_from(const OrderedJson& object);

/// An error as clients see it: `internal` has a general detail instead of its own. Borrowed.
struct ShownError {
  const Error& error;
};
void put_members(ObjectText& object, const ShownError& shown);

}  // namespace platen::codec
