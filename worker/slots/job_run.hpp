// One job, from the claim to its end.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stop_token>
#include <string_view>

#include "base/fd.hpp"
#include "base/log.hpp"
#include "platen/queue.hpp"
#include "platen/renderer.hpp"
#include "platen/store.hpp"
#include "worker/slots/job_trace.hpp"
#include "worker/slots/pace.hpp"
#include "worker/slots/running_jobs.hpp"
#include "worker/slots/tally.hpp"

namespace platen::worker {

/// What a slot works with; all borrowed.
struct SlotPorts {
  LeaseQueue& queue;
  UploadStore& uploads;
  ArtifactStore& artifacts;
  Renderer& renderer;
  RunningJobs& running;
  Tally& tally;
  Pace& pace;
  /// Whether this worker has what every job needs. Asked before the first claim, and after a job that went without.
  std::function<Result<void>()> check_ready;
  Tracer* tracer = nullptr;  ///< null: nothing is traced
};

/// A job that a slot got.
struct Granted {
  Claim claim;
  SpanTime asked_at;  ///< when the queue was asked for it
};

struct SlotOptions {
  unsigned threads = 1;                              ///< for drawing, shared by the jobs that this worker runs
  std::chrono::milliseconds renew_every{5'000};      ///< a third of the lease
  std::chrono::milliseconds progress_every{100};     ///< at most so often is progress published
  std::chrono::milliseconds idle_wait{1'000};        ///< for work; also how long an idle slot takes to stop
  std::chrono::milliseconds report_within{300'000};  ///< how long a verdict is repeated while Redis is away …
  std::chrono::milliseconds stop_grace{5'000};       ///< … and once this worker is to stop
};

/// Runs a claimed job: has it drawn, keeps its lease meanwhile, stores what comes of it and tells the queue.
/// While Redis is away it goes on: only Redis can say that the lease is lost, and whoever lost it is fenced off.
/// Threads: one slot's.
class JobRun {
 public:
  /// `next` is who asks for a job when this one is done; borrowed.
  JobRun(const SlotPorts& ports, const SlotOptions& options, Granted granted, const Claimant& next,
         std::stop_token stop);

  /// What a job says of the worker that ran it.
  enum class Worker { fine, lacks_something };

  /// Returns when the job is no longer this slot's: `lacks_something` when it failed for want of a disk that can be
  /// written, a process to draw it …, which the next job would want too.
  [[nodiscard]] Worker run();

  /// What the queue answered when it was asked for the next job: that, or that none waits; nothing where it was not.
  [[nodiscard]] std::optional<std::optional<Claim>> take_next() { return std::move(next_claim_); }
  /// When it was asked.
  [[nodiscard]] SpanTime asked_for_next_at() const noexcept { return asked_for_next_at_; }

 private:
  /// Why the drawing is to stop.
  enum class Stopped { no, canceled, lease_lost, timed_out, worker_stops };

  void work();
  /// `gone` in the words given where there is no such upload any more.
  [[nodiscard]] Result<Fd> open_upload(const UploadId& id, std::string_view gone);
  [[nodiscard]] unsigned threads_now();
  [[nodiscard]] Command on_tick(const std::optional<Progress>& progress);
  [[nodiscard]] Stopped reason_to_stop();
  /// While a drawn report is on its way to the store, which is finished even where the worker stops. False: it is not
  /// wanted any more.
  [[nodiscard]] bool keep_lease();
  [[nodiscard]] Stopped renew(const std::optional<Progress>& progress);
  void store(const Fd& output, const Rendered& rendered);
  void complete(const Artifact& artifact);
  [[nodiscard]] std::chrono::milliseconds milliseconds_since(SteadyTime begun);
  void end_without_result(const Error& error);
  void fail_attempt(const Error& error);
  template <class Send>
  [[nodiscard]] auto until_answered(Send send) -> decltype(send());
  void log_end(std::string_view what, const Result<Outcome>& outcome);
  /// A line of the log about this job.
  void say(spdlog::level::level_enum level, std::string_view message,
           std::initializer_list<LogField> fields = {}) const;

  SlotPorts ports_;
  const SlotOptions& options_;
  Claim claim_;
  const Claimant& next_;
  JobTrace trace_;
  std::optional<std::optional<Claim>> next_claim_;
  SpanTime asked_for_next_at_;
  std::stop_token stop_;
  RunningJobs::Entry entry_;
  SteadyTime started_;
  SteadyTime renewed_;   ///< when the last renewal that was answered was sent
  SteadyTime retry_at_;  ///< no renewal before
  std::optional<SteadyTime> published_;
  std::optional<Progress> unpublished_;
  double percent_ = 0;
  Backoff backoff_;
  Stopped stopped_ = Stopped::no;
  Worker worker_ = Worker::fine;
};

}  // namespace platen::worker
