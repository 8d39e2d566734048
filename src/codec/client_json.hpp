// The other end of the API: what a client sends and reads (the command line).
//
// Pure. Threads: any. Decoders answer `invalid_request` for text that is not what Platen writes; members that they do
// not know are skipped, for the server may be newer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platen/error.hpp"
#include "platen/job.hpp"

namespace platen::codec {

/// The result of a job that succeeded, as a client sees it.
struct RemoteResult {
  std::string url;  ///< a path, unless the server has a public URL
  std::uint64_t bytes = 0;
  std::uint64_t pages = 0;
  std::uint64_t rows = 0;
  std::string filename;
  std::uint64_t replaced_bytes = 0;
  std::uint64_t skipped_rows = 0;
  std::uint64_t missing_glyphs = 0;
};

/// A job, or an event of one, which has fewer of these.
struct RemoteJob {
  std::string id;
  std::string title;
  JobState status = JobState::queued;
  std::uint32_t attempt = 0;
  std::uint32_t max_attempts = 0;
  std::optional<Progress> progress;
  std::optional<std::uint64_t> queue_position;
  std::optional<Error> error;
  std::optional<RemoteResult> result;
  std::map<std::string, std::string> tags;
  std::optional<TimePoint> at;  ///< an event's moment, a job's birth
  std::string json;             ///< all of it as it came, on one line
};

[[nodiscard]] Result<RemoteJob> decode_job(std::string_view json);

struct RemoteJobs {
  std::vector<RemoteJob> jobs;
  std::optional<std::string> next_cursor;
};
[[nodiscard]] Result<RemoteJobs> decode_jobs(std::string_view json);

/// How many dead letters went back to the queue.
[[nodiscard]] Result<std::uint64_t> decode_redriven(std::string_view json);

/// The error that a problem document tells.
[[nodiscard]] Result<Error> decode_problem(std::string_view json);

/// What the command line says of the job's running; `options` in docs/protocol.md. What is empty changes nothing.
struct JobChoices {
  std::string priority;
  std::optional<double> delay_seconds;
  std::string not_before;
  std::string group;
  std::optional<std::uint64_t> expiry_seconds;
  std::string dedupe;
  std::map<std::string, std::string> tags;
};

/// What the command line says of a report beside the data. Texts that are empty change nothing.
struct ReportChoices {
  std::string title;
  std::string subtitle;
  std::string orientation;
  JobChoices job = {};
  std::string fallback_title = {};  ///< where nothing else gives one
  std::string request = {};  ///< JSON of a request without data (`{"report":{…},"options":{…}}`) or of a report alone
};

/// The JSON of the part `job`. `invalid_request` when `request` is no JSON object; what fits is the server's to say.
[[nodiscard]] Result<std::string> encode_request(const ReportChoices& choices);

/// A JSON object of texts, on one line, in the order given.
[[nodiscard]] std::string encode_texts(const std::vector<std::pair<std::string, std::string>>& members);
/// An error as the command line tells it: `code`, `detail`, `errors`, and `subject` where there is one.
[[nodiscard]] std::string encode_complaint(const Error& error, std::string_view subject);

}  // namespace platen::codec
