// How a job is made, in whichever way it was asked for. Private to the routes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "codec/submission_json.hpp"
#include "http/library.hpp"
#include "http/reply.hpp"
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
/// The same of a body that is decoded already; `request.body` does not count.
[[nodiscard]] Result<Submission> make_submission(const Services& services, codec::Request wanted,
                                                 const SubmitRequest& request);

/// How the client wants to hear of its job.
struct SubmitWish {
  bool is_stream = false;
  std::optional<std::chrono::seconds> wait;
};
[[nodiscard]] SubmitWish submit_wish(const httplib::Request& request);
/// Puts it on the queue, and answers without holding a thread meanwhile.
void submit_later(const Services& services, Submission submission, const SubmitWish& wish, Reply& reply);

}  // namespace platen::http
