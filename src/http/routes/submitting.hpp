// How a job is made, in whichever way it was asked for. Private to the routes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/routes/routes.hpp"

namespace platen::http {

/// What was asked for. Borrowed.
struct SubmitRequest {
  std::string_view body;                              ///< JSON, not checked yet
  const std::optional<Upload>& upload;                ///< that came along
  const std::optional<std::string>& idempotency_key;  ///< not checked yet
  const std::string& request_id;
  const Visitor& visitor;
};

/// A span of putting a job on the queue, within `parent`; what becomes of the job belongs to it.
[[nodiscard]] OpenSpan begin_submit_span(const Services& services, const TraceContext& parent);
void end_submit_span(OpenSpan& span, const Result<Job>& job);

/// The checked submission, with an id of its own, ready for the queue.
[[nodiscard]] Result<Submission> decode_submission(const Services& services, const SubmitRequest& wanted);

}  // namespace platen::http
