// What a job was made of, as it may be shown to whoever may read the job.
//
// All functions are pure. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "platen/error.hpp"
#include "platen/job.hpp"

namespace platen::codec {

/// A spec without its inline rows and passwords, for which `left_out` has the places of what was there:
/// `{"report":{…},"data":{…},"left_out":["/data/rows"]}`. A report of more than 64 KiB is left out too.
[[nodiscard]] Result<std::string> shown_spec(std::string_view spec);

/// The same with `options` and `can_run_again`: what `GET /v1/jobs/{id}/request` answers.
[[nodiscard]] Result<std::string> encode_kept_request(const KeptRequest& kept);

}  // namespace platen::codec
