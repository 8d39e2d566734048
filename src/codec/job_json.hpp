// Jobs, progress, results and errors as JSON, for clients and for storage.
//
// All functions are pure. Decoders answer `invalid_request` for text that is not what the encoder writes.
// Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platen/event.hpp"
#include "platen/job.hpp"
#include "platen/links.hpp"

namespace platen::codec {

/// `{"stage":"render","done":1200,"total":5000,"percent":24.0,"pages":31,"eta_ms":900}`
[[nodiscard]] std::string encode_progress(const Progress& progress);
[[nodiscard]] Result<Progress> decode_progress(std::string_view json);

/// All fields of the artifact; the form in which the queue keeps it. A client's `result` is the same
/// object without `artifact` (the stored name), with `url` and `expires_at` added.
[[nodiscard]] std::string encode_artifact(const Artifact& artifact);
[[nodiscard]] Result<Artifact> decode_artifact(std::string_view json);

/// `{"code":"bad_data","detail":"…","errors":[{"pointer":"/…","detail":"…"}]}`; `errors` only where there are any.
[[nodiscard]] std::string encode_error(const Error& error);
[[nodiscard]] Result<Error> decode_error(std::string_view json);

/// `{"a":"b"}`
[[nodiscard]] std::string encode_tags(const std::map<std::string, std::string>& tags);
[[nodiscard]] Result<std::map<std::string, std::string>> decode_tags(std::string_view json);

/// What a job's JSON needs besides the job.
struct JobView {
  std::string public_url;          ///< put before every path; empty: paths only
  std::optional<SignedLink> link;  ///< to the result of a succeeded job
  std::string events_query = {};   ///< put after `links.events`: a ticket to them
};

/// The job as clients see it (docs/protocol.md).
[[nodiscard]] std::string encode_job(const Job& job, const JobView& view);
/// `{"data":[…],"next_cursor":…}`; no job in it has a signed link: its `result` names `links.result` only.
[[nodiscard]] std::string encode_jobs(const std::vector<Job>& jobs, const std::optional<std::string>& next_cursor,
                                      const JobView& view);

/// The data of a `reset` event: `{"job":…,"seq":…,"status":…,"progress":…,…}`, the job's present state in the
/// shape of an event.
[[nodiscard]] std::string encode_snapshot(const Job& job);
/// The data of a `succeeded` event as delivered: `artifact` taken out of its `result`, `url` and `expires_at` put in.
[[nodiscard]] Result<std::string> with_link(std::string_view event_data, const SignedLink& link,
                                            std::string_view public_url);

}  // namespace platen::codec
