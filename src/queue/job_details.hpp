// What the queue keeps of a job for those who read it, and never looks at itself.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "platen/trace.hpp"

namespace platen::queue {

struct JobDetails {
  std::string title;
  std::string filename;
  std::optional<std::chrono::seconds> timeout;
  std::optional<UploadId> upload;  ///< of its data
  std::vector<UploadId> images;
  std::string request_id;
  TraceContext trace;
};

/// The field `details` of the job's hash: a netstring (D. J. Bernstein, 1997) for each member, in this order. One field
/// instead of eight: Redis looks through a small hash from its beginning, whichever field is asked for or added.
[[nodiscard]] std::string encode_details(const JobDetails& details);
/// `internal` for a text of another kind. A trace that cannot be read is left out.
[[nodiscard]] Result<JobDetails> decode_details(std::string_view text);

}  // namespace platen::queue
