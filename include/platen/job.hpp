// A job as its owner sees it, and what it takes to submit one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/access.hpp"
#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "platen/time.hpp"
#include "platen/trace.hpp"

namespace platen {

/// Where a job is. `canceling` is what a running job shows between the request and its end.
enum class JobState { queued, delayed, running, retrying, canceling, succeeded, failed, canceled, expired };

[[nodiscard]] std::string_view name_of(JobState state) noexcept;
[[nodiscard]] std::optional<JobState> job_state_from(std::string_view name) noexcept;
/// True for succeeded, failed, canceled and expired: no event follows.
[[nodiscard]] bool has_ended(JobState state) noexcept;

/// Which of the three lists a job waits in.
enum class Priority { high, normal, low };
[[nodiscard]] std::string_view name_of(Priority priority) noexcept;
[[nodiscard]] std::optional<Priority> priority_from(std::string_view name) noexcept;

/// What a worker is doing with the data; in this order.
enum class Stage { scan, render, finish, store };
[[nodiscard]] std::string_view name_of(Stage stage) noexcept;
[[nodiscard]] std::optional<Stage> stage_from(std::string_view name) noexcept;

/// How far a running job is. `done` and `total` count rows; `total` is 0 while it is not known.
struct Progress {
  Stage stage = Stage::scan;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  double percent = 0;  ///< 0 to 100 over all stages; never goes back
  std::uint64_t pages = 0;
  std::optional<std::chrono::milliseconds> eta;
  friend bool operator==(const Progress&, const Progress&) = default;
};

/// What a succeeded job left. The link to it is signed anew at each delivery and so is not kept here.
struct Artifact {
  std::string name;  ///< within the artifact store: the job's id and the lease token
  std::uint64_t bytes = 0;
  std::uint64_t pages = 0;
  std::uint64_t rows = 0;
  std::string sha256;                ///< lower-case hex
  std::string filename;              ///< offered to whoever downloads it
  std::uint64_t replaced_bytes = 0;  ///< invalid UTF-8 sequences that became U+FFFD
  std::uint64_t skipped_rows = 0;    ///< bad rows left out, with `"on_bad_row":"skip"`
  std::uint64_t missing_glyphs = 0;  ///< characters that no installed font has, drawn as boxes
  friend bool operator==(const Artifact&, const Artifact&) = default;
};

/// Whether an earlier job may stand for a new one: one with the same report and data that has not failed.
enum class Dedupe { none, content };

/// Where an HTTP message goes.
struct WebTarget {
  std::string url;   ///< http or https, without user, password and fragment
  std::string lane;  ///< its host and port: whoever is slow there holds up nobody else
  friend bool operator==(const WebTarget&, const WebTarget&) = default;
};

/// Who is told when a job has ended.
struct Callback {
  WebTarget target;
  std::string secret;  ///< `whsec_…`; empty: the message is not signed
  friend bool operator==(const Callback&, const Callback&) = default;
};

/// What the client may choose about the running of a job.
struct JobOptions {
  Priority priority = Priority::normal;
  std::chrono::milliseconds delay{0};
  std::optional<TimePoint> not_before;  ///< instead of a delay
  Dedupe dedupe = Dedupe::none;
  std::string group;                       ///< of its members one at a time is run, in their order; empty: none
  std::chrono::seconds expiry{24 * 3600};  ///< how long it may wait, from when it may start, before it is started
  std::uint32_t max_attempts = 3;
  std::optional<std::chrono::seconds> timeout;    ///< of one attempt
  std::chrono::seconds retention{7 * 24 * 3600};  ///< of the ended job and its files
  std::string filename;                           ///< empty: made from the title
  std::map<std::string, std::string> tags;
  std::optional<Callback> callback;
  friend bool operator==(const JobOptions&, const JobOptions&) = default;
};

/// Under which name a client may repeat a request and still get one job.
struct Idempotency {
  std::string key;      ///< the client's: 1 to 255 printable ASCII characters
  std::string content;  ///< a hash of all that was asked for: the same for equal requests
  friend bool operator==(const Idempotency&, const Idempotency&) = default;
};

/// A job to be put on the queue. `spec` is the checked request as canonical JSON: the queue carries
/// it, only the renderer reads it.
struct Submission {
  JobId id;
  Tenant tenant = default_tenant();
  std::string title;  ///< the report's, for listings
  std::string spec;
  std::optional<UploadId> upload;                       ///< the data, where it is not inline in `spec`
  std::vector<UploadId> images;                         ///< the uploads that the report shows, each once
  std::map<UploadId, std::uint64_t> upload_bytes = {};  ///< the sizes of these, as far as they are known
  JobOptions options;
  std::string request_id;  ///< of the HTTP request that made it, for the logs
  std::optional<Idempotency> idempotency = {};
  /// What may be shown of `spec` to whoever may read the job. Empty: all of it, and it is kept for as long as the job.
  /// Else `spec` is kept only until the job has succeeded, expired or was canceled.
  std::string shown_spec = {};
  std::string content = {};  ///< with `Dedupe::content`: a hash of report and data, the same for equal ones
  std::optional<Metering> metering = {};  ///< counts it, if it is a new one, and refuses it as `rate_limited`
  TraceContext trace = {};                ///< where its work is to belong
};

/// A snapshot of a job.
struct Job {
  JobId id;
  Tenant tenant = default_tenant();
  std::string title;
  JobState state = JobState::queued;
  Seq seq = 0;  ///< of the event that made this state
  std::optional<Progress> progress;
  std::uint32_t attempt = 0;
  std::uint32_t max_attempts = 3;
  std::uint32_t crashes = 0;
  TimePoint created_at;
  std::optional<TimePoint> started_at;  ///< of the current or last attempt
  std::optional<TimePoint> ended_at;
  std::optional<std::uint64_t> queue_position;  ///< 1 is next; exact below 1,000, else nullopt
  std::optional<Error> error;
  std::optional<Artifact> artifact;
  std::string filename;
  std::map<std::string, std::string> tags;
  Priority priority = Priority::normal;
  std::optional<Allowance> allowance = {};  ///< only as a submit with a metering answers: what it left
  std::string request_id = {};              ///< of the request that made it, for the logs
  TraceContext trace = {};                  ///< Submission::trace
};

/// What a job was made of, as far as that is kept.
struct KeptRequest {
  JobState state = JobState::queued;
  /// `Submission::spec`; nullopt where it ended with the job, which passwords and much inline data do.
  std::optional<std::string> spec;
  std::string shown;   ///< where `spec` is not to be shown, or not there: what may be of it; may be empty
  JobOptions options;  ///< without time of start, dedupe and callback, which are used up
};

}  // namespace platen
