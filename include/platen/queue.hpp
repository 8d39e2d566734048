// The queue's ports. One implementation speaks Redis (`src/queue`); tests decorate it with faults.
//
// All calls block for at most the adapter's command timeout and answer `Errc::unavailable` when Redis
// does not. Those marked *repeatable* may be sent again after such an answer: they give their first one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/event.hpp"
#include "platen/job.hpp"
#include "platen/lease.hpp"

namespace platen {

/// Puts jobs on the queue. Threads: any.
class JobSubmitter {
 public:
  virtual ~JobSubmitter() = default;
  /// A fresh id for the job, which says where it is to be kept.
  [[nodiscard]] virtual JobId new_id_for(const Submission&) const { return new_job_id(); }
  /// Once this returns a job, Redis has it. Repeatable (by `Submission::id`).
  /// Under an idempotency key that was used in the last 24 h, nothing is put there: the job of the first request, as
  /// it is now; `idempotency_conflict` when that one asked for something else, `gone` when its job has been removed.
  /// Nor with `Dedupe::content`, when a job of the last 24 h has the same `content` and has not failed: then that one.
  /// `rate_limited`, `quota_exceeded` or `busy`, with a time after which to try again, when the tenant or the queue has
  /// no room.
  [[nodiscard]] virtual Result<Job> submit(const Submission& submission) = 0;

  using Submitted = std::function<void(const Result<Job>&)>;
  /// The same without waiting, where the implementation can: `done` is called at most once, from whichever thread,
  /// perhaps before this returns; never when the queue goes away first. It must not block.
  virtual void submit_later(Submission submission, Submitted done) { done(submit(submission)); }
};

/// A page of a listing, newest first.
struct JobPage {
  std::vector<Job> jobs;
  std::optional<std::string> next_cursor;  ///< opaque; absent on the last page
};

struct JobQuery {
  std::optional<JobState> state;
  std::uint32_t limit = 50;
  std::optional<std::string> cursor;
};

/// Reads jobs. Threads: any. Another tenant's job is `not_found`.
class JobReader {
 public:
  virtual ~JobReader() = default;
  [[nodiscard]] virtual Result<Job> find(const Tenant& tenant, const JobId& id) = 0;

  [[nodiscard]] virtual Result<JobPage> list(const Tenant& tenant, const JobQuery& query) = 0;
  /// What it was made of. Repeatable.
  [[nodiscard]] virtual Result<KeptRequest> request_of(const Tenant& tenant, const JobId& id) = 0;
  /// Jobs that failed, the last one first; `query.state` does not count.
  [[nodiscard]] virtual Result<JobPage> dead_letters(const Tenant& tenant, const JobQuery& query) = 0;
  /// Answers within the adapter's timeout whether the queue can be used now.
  [[nodiscard]] virtual Result<void> ping() = 0;
};

/// Changes jobs from outside. Threads: any. Another tenant's job is `not_found`.
class JobControl {
 public:
  virtual ~JobControl() = default;
  /// A waiting job is canceled at once; a running one is `canceling` until its worker confirms.
  /// `conflict` if it ended otherwise. Repeatable.
  [[nodiscard]] virtual Result<Job> cancel(const Tenant& tenant, const JobId& id) = 0;
  /// Drops an ended job; `conflict` before. Its artifact is to be removed before, the uploads that are answered with
  /// after: no other job uses them.
  [[nodiscard]] virtual Result<std::vector<UploadId>> remove(const Tenant& tenant, const JobId& id) = 0;
  /// A failed job goes back to the queue as if it had never been tried; `conflict` for any other.
  [[nodiscard]] virtual Result<Job> redrive(const Tenant& tenant, const JobId& id) = 0;
  /// The same with those of `jobs` that have failed, or without a list with those that failed first; at most
  /// 100 of each shard.
  /// Answers with those that went back.
  [[nodiscard]] virtual Result<std::vector<JobId>> redrive_dead(const Tenant& tenant,
                                                                const std::optional<std::vector<JobId>>& jobs) = 0;
};

/// Who asks for a job.
struct Claimant {
  WorkerId worker;
  std::string nonce;  ///< of its own for each job that it asks for
};

/// The worker's side. Threads: each object belongs to one slot's thread.
class LeaseQueue {
 public:
  virtual ~LeaseQueue() = default;
  /// The next job, or nullopt where none waits; never blocks for work. Repeatable by `nonce`.
  [[nodiscard]] virtual Result<std::optional<Claim>> claim(const WorkerId& worker, std::string_view nonce) = 0;
  /// Waits up to `at_most` for a hint that work may have come. A hint may be false, or be lost.
  [[nodiscard]] virtual Result<void> wait_for_work(std::chrono::milliseconds at_most) = 0;
  /// Extends the lease; with `progress`, also publishes it.
  [[nodiscard]] virtual Result<LeaseState> renew(Lease& lease, const std::optional<Progress>& progress) = 0;
  /// Accepts the artifact, or `lease_lost`; and claims the next job for `next` in the same step: half the calls where
  /// jobs are short. Answers with that job, or nullopt where none waits or nobody asked. Repeatable (by both nonces).
  [[nodiscard]] virtual Result<std::optional<Claim>> complete(const Lease& lease, const Artifact& artifact,
                                                              const std::optional<Claimant>& next) = 0;
  /// The attempt failed: back off and retry, or end (by `is_retryable` and the attempts left). With
  /// `Errc::canceled` it confirms a cancel. Repeatable.
  [[nodiscard]] virtual Result<Outcome> fail_attempt(const Lease& lease, const Error& error) = 0;
  /// The renderer died: back to the queue at once, the attempt refunded; the third time it is poison and fails.
  /// Repeatable.
  [[nodiscard]] virtual Result<Outcome> crashed(const Lease& lease, const Error& error) = 0;
  /// A graceful stop: back to the head of the queue, the attempt refunded. Repeatable.
  [[nodiscard]] virtual Result<Outcome> release(const Lease& lease) = 0;
};

/// A job whose retention is over, with what it leaves behind in the artifact store.
struct EndedJob {
  JobId id;
  std::optional<std::string> artifact;
};

/// Keeps the queue in order; run by every front end, without a leader. Threads: any.
/// Each call handles at most 100 jobs, re-checks each, and says how many it changed.
class JobJanitor {
 public:
  virtual ~JobJanitor() = default;
  /// Lapsed leases: retry with backoff, or end.
  [[nodiscard]] virtual Result<std::uint32_t> reap() = 0;
  /// Delayed and retrying jobs whose time has come.
  [[nodiscard]] virtual Result<std::uint32_t> promote() = 0;
  /// Jobs that nobody has started in time: expired.
  [[nodiscard]] virtual Result<std::uint32_t> expire() = 0;
  /// Ended jobs past their retention. Changes nothing.
  [[nodiscard]] virtual Result<std::vector<EndedJob>> due_for_removal() = 0;
  /// Drops all keys of these jobs, but for those that have not ended. Answers with the uploads that they used and no
  /// other job does: they may go too.
  [[nodiscard]] virtual Result<std::vector<UploadId>> forget(const std::vector<JobId>& ids) = 0;
  /// Whether any job, ended ones included, still refers to the upload.
  [[nodiscard]] virtual Result<bool> upload_in_use(const UploadId& id) = 0;
  /// Whether the job's keys are still there, whatever its state or tenant.
  [[nodiscard]] virtual Result<bool> exists(const JobId& id) = 0;
};

/// Some of the jobs that there are.
using WhichJobs = std::function<bool(const JobId&)>;

/// What a watcher of events is told. All calls come on the loop's thread, never from within a call of
/// the watcher's own into JobEvents.
class JobEventsListener {
 public:
  virtual ~JobEventsListener() = default;
  /// Live delivery for `job` has begun (or begun anew): whatever is published from here on will arrive.
  virtual void on_subscribed(const JobId& job) = 0;
  virtual void on_event(Event event) = 0;
  /// The connection for these jobs was lost: none of them is watched any more.
  virtual void on_lost(const WhichJobs& which) = 0;
  /// It is there, at first or again: what is wanted of them is to be watched now.
  virtual void on_back(const WhichJobs& which) = 0;
};

/// The history of one job after a point.
struct Replay {
  /// nullopt: no such job. Only id, tenant, state and seq are told where the events are all that who asked lacks.
  std::optional<Job> job;
  std::vector<Event> events;  ///< seq ascending, each greater than asked; dense unless trimmed
};

/// Live events and their history. Threads: the loop's only; never blocks.
class JobEvents {
 public:
  using ReplayDone = std::function<void(Result<Replay>)>;
  /// How far those have come who ask for a replay: the last of them, and the first. That one has seen what a Redis
  /// that was rolled back does not know.
  struct Span {
    Seq after = 0;
    Seq newest = 0;
  };
  virtual ~JobEvents() = default;
  /// The one listener; borrowed. Set once, before the first watch.
  virtual void listen(JobEventsListener& listener) = 0;
  /// Begins live delivery for a job; counted by the caller, so called once per job. While the connection is away
  /// nothing comes of it: see `on_back`.
  virtual void watch(const JobId& job) = 0;
  virtual void unwatch(const JobId& job) = 0;  ///< what is under way may still arrive
  /// The job and its events after `span.after`; `done` is called exactly once, later. `unavailable` when
  /// Redis cannot be reached within the adapter's timeout.
  virtual void replay(const JobId& job, Span span, ReplayDone done) = 0;
  /// Whether the live connection answers; false within 5 s of Redis going silent.
  [[nodiscard]] virtual bool healthy() const = 0;
  /// The same of the connection for this job.
  [[nodiscard]] virtual bool healthy(const JobId& job) const = 0;
};

}  // namespace platen
