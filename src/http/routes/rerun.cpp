// What a job was made of, and the same once more as a new job.
#include <fmt/format.h>

#include "codec/kept_request_json.hpp"
#include "codec/submission_json.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/routes/idempotency.hpp"
#include "http/routes/submitting.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

Result<KeptRequest> request_in(const Services& services, const Request& request, const Reply& reply) {
  return job_id_in(request).and_then([&](const JobId& id) { return services.reader.request_of(reply.tenant(), id); });
}

/// The request as if it had come again; all that it shows is still there, for the job refers to it.
Result<codec::Request> once_more(const KeptRequest& kept, const std::string& job) {
  if (!has_ended(kept.state)) return fail(Errc::conflict, "The job has not ended yet: cancel it, or wait for its end.");
  if (!kept.spec)
    return fail(
        Errc::gone,
        "What the job was made of is not kept to this day: requests with passwords, with more than 4 KiB of rows "
        "or of more than 64 KiB go when the job has ended. Send the request again.");
  auto wanted = codec::decode_request(*kept.spec);
  if (!wanted) return fail(Errc::internal, "a job's request that was accepted does not fit: " + wanted.error().detail);
  wanted->options = kept.options;
  wanted->chosen_options = "again " + job;
  return wanted;
}

/// It was there when the job was made.
Error as_gone(Error error) {
  if (error.code != Errc::invalid_report) return error;
  return {Errc::gone, "An upload that the job was made of has been removed. Send the request again.", {}};
}

}  // namespace

void show_request(const Services& services, const Request& request, Reply& reply) {
  const auto text = request_in(services, request, reply).and_then(codec::encode_kept_request);
  if (!text) return reply.problem(text.error());
  reply.header("Cache-Control", "private, no-cache");
  reply.json(200, *text);
}

void rerun_job(const Services& services, const Request& request, Reply& reply) {
  const auto key = idempotency_key_in(request);
  const std::optional<Upload> nothing_sent;
  auto submission = request_in(services, request, reply)
                        .and_then([&](const KeptRequest& kept) {
                          return once_more(kept, std::string(part_of_path(request.path, 2)));
                        })
                        .and_then([&](codec::Request wanted) {
                          return make_submission(services, std::move(wanted),
                                                 {{}, nothing_sent, key, reply.request_id(), reply.visitor()});
                        });
  if (!submission) return reply.problem(as_gone(std::move(submission.error())));
  submit_later(services, *std::move(submission), submit_wish(request), reply);
}

}  // namespace platen::http
