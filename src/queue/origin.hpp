// Where a job comes from, as the queue keeps it: which request made it, and in which trace.
#pragma once

#include <string>
#include <string_view>

#include "platen/trace.hpp"

namespace platen::queue {

struct Origin {
  std::string request_id;
  TraceContext trace;
};

/// `<request id>[ <traceparent>[ <tracestate>]]`; the scripts store it as the job's `request_id` and never look at it.
[[nodiscard]] std::string encode_origin(const std::string& request_id, const TraceContext& trace);
/// What cannot be read is left out.
[[nodiscard]] Origin decode_origin(std::string_view text);

}  // namespace platen::queue
