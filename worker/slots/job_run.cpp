#include "worker/slots/job_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/file_hash.hpp"
#include "base/log.hpp"

namespace platen::worker {

namespace {

constexpr double stored_percent = 99;  // while a drawn report is being stored

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::retrying: return "retrying";
    case Outcome::queued: return "queued";
    case Outcome::failed: return "failed";
    case Outcome::canceled: return "canceled";
  }
  return "unknown";
}

/// What the job's owner may read of an error: the text of an internal one can hold anything.
Error for_owner(const Error& error) {
  if (error.code != Errc::internal) return error;
  return {Errc::internal, "Something went wrong inside Platen. The worker's log says what."};
}

}  // namespace

JobRun::JobRun(const SlotPorts& ports, const SlotOptions& options, Claim claim, const Claimant& next,
               std::stop_token stop)
    : ports_(ports),
      options_(options),
      claim_(std::move(claim)),
      next_(next),
      stop_(std::move(stop)),
      entry_(ports.running, claim_.lease.job),
      started_(ports.pace.now()),
      renewed_(started_),
      retry_at_(started_) {}

JobRun::Worker JobRun::run() {
  spdlog::info("claimed job={} attempt={} request={}", claim_.lease.job.text, claim_.attempt, claim_.request_id);
  try {
    work();
  } catch (const std::exception& bug) {
    fail_attempt({Errc::internal, bug.what()});
  }
  return worker_;
}

void JobRun::work() {
  Fd data;
  if (claim_.upload) {
    auto opened = open_upload(*claim_.upload, "The data that was uploaded for this report is no longer there.");
    if (!opened) return fail_attempt(opened.error());
    data = std::move(*opened);
  }
  std::vector<Fd> images;
  for (const UploadId& id : claim_.images) {
    auto opened = open_upload(id, "An image that was uploaded for this report is no longer there.");
    if (!opened) return fail_attempt(opened.error());
    images.push_back(std::move(*opened));
  }
  const auto output = ports_.artifacts.create();
  if (!output) return fail_attempt(output.error());
  const auto scratch = ports_.artifacts.create();
  if (!scratch) return fail_attempt(scratch.error());
  RenderTask task{.spec = claim_.spec,
                  .data = claim_.upload ? &data : nullptr,
                  .output = &*output,
                  .scratch = &*scratch,
                  .threads = threads_now(),
                  .created_at = claim_.created_at};
  for (std::size_t i = 0; i < images.size(); ++i) task.images.push_back({claim_.images[i].text, &images[i]});
  const SteadyTime begun = ports_.pace.now();
  const auto rendered =
      ports_.renderer.render(task, [this](const std::optional<Progress>& progress) { return on_tick(progress); });
  ports_.tally.add([&](WorkerTotals& totals) { totals.rendering += milliseconds_since(begun); });
  if (rendered) return store(*output, *rendered);
  end_without_result(rendered.error());
}

Result<Fd> JobRun::open_upload(const UploadId& id, std::string_view gone) {
  auto opened = ports_.uploads.open(id);
  if (!opened && opened.error().code == Errc::not_found) return fail(Errc::gone, std::string(gone));
  return opened;
}

/// An equal share, as of the moment when the drawing begins.
unsigned JobRun::threads_now() {
  return std::max(1U, options_.threads / static_cast<unsigned>(std::max<std::size_t>(1, ports_.running.count())));
}

Command JobRun::on_tick(const std::optional<Progress>& progress) {
  if (progress) {
    unpublished_ = progress;
    percent_ = std::max(percent_, progress->percent);
  }
  stopped_ = reason_to_stop();
  const SteadyTime now = ports_.pace.now();
  const bool may_publish = unpublished_ && (!published_ || now - *published_ >= options_.progress_every);
  const bool must_renew = now - renewed_ >= options_.renew_every;
  if (stopped_ == Stopped::no && (may_publish || must_renew) && now >= retry_at_) stopped_ = renew(unpublished_);
  return stopped_ == Stopped::no ? Command::go_on : Command::stop;
}

JobRun::Stopped JobRun::reason_to_stop() {
  if (entry_.is_canceled()) return Stopped::canceled;
  if (stop_.stop_requested()) return Stopped::worker_stops;
  if (claim_.timeout && ports_.pace.now() - started_ >= *claim_.timeout) return Stopped::timed_out;
  return Stopped::no;
}

JobRun::Stopped JobRun::renew(const std::optional<Progress>& progress) {
  const SteadyTime now = ports_.pace.now();
  const auto state = ports_.queue.renew(claim_.lease, progress);
  if (!state) {
    if (backoff_.is_fresh())
      spdlog::warn("the lease of job={} cannot be renewed now: {}", claim_.lease.job.text, state.error().detail);
    retry_at_ = ports_.pace.now() + backoff_.next();
    return Stopped::no;
  }
  backoff_.reset();
  renewed_ = now;
  if (progress) {
    published_ = now;
    unpublished_.reset();
  }
  if (*state == LeaseState::lost) return Stopped::lease_lost;
  return *state == LeaseState::cancel_requested ? Stopped::canceled : Stopped::no;
}

void JobRun::store(const Fd& output, const Rendered& rendered) {
  stopped_ = renew(Progress{.stage = Stage::store,
                            .done = rendered.rows,
                            .total = rendered.rows,
                            .percent = std::max(percent_, stored_percent),
                            .pages = rendered.pages,
                            .eta = {}});
  if (stopped_ != Stopped::no) return end_without_result({});
  const SteadyTime begun = ports_.pace.now();
  const auto bytes = size_of(output);
  if (!bytes) return fail_attempt(bytes.error());
  auto sha256 = sha256_of(output);
  if (!sha256) return fail_attempt(sha256.error());
  const Artifact artifact{.name = artifact_name(claim_.lease),
                          .bytes = *bytes,
                          .pages = rendered.pages,
                          .rows = rendered.rows,
                          .sha256 = std::move(*sha256),
                          .filename = claim_.filename,
                          .replaced_bytes = rendered.replaced_bytes,
                          .skipped_rows = rendered.skipped_rows,
                          .missing_glyphs = rendered.missing_glyphs};
  if (auto kept = ports_.artifacts.keep(output, artifact.name); !kept) return fail_attempt(kept.error());
  complete(artifact);
  ports_.tally.add([&](WorkerTotals& totals) { totals.storing += milliseconds_since(begun); });
}

std::chrono::milliseconds JobRun::milliseconds_since(SteadyTime begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(ports_.pace.now() - begun);
}

void JobRun::complete(const Artifact& artifact) {
  bool asked = false;
  auto completed = until_answered([&] {
    asked = !stop_.stop_requested();
    return ports_.queue.complete(claim_.lease, artifact, asked ? std::optional(next_) : std::nullopt);
  });
  if (completed) {
    if (asked) next_claim_ = *std::move(completed);
    ports_.tally.add([&](WorkerTotals& totals) {
      ++totals.succeeded;
      totals.rows += artifact.rows;
      totals.pages += artifact.pages;
    });
    spdlog::info("succeeded job={} rows={} pages={} bytes={}", claim_.lease.job.text, artifact.rows, artifact.pages,
                 artifact.bytes);
    return;
  }
  ports_.tally.add([](WorkerTotals& totals) { ++totals.lost; });
  spdlog::warn("the result of job={} was not accepted: {}", claim_.lease.job.text, completed.error().detail);
  // Without an answer it may have been accepted: then only the sweep of old artifacts may remove it.
  if (completed.error().code != Errc::lease_lost) return;
  if (auto removed = ports_.artifacts.remove(artifact.name); !removed)
    spdlog::warn("{} was not removed: {}", artifact.name, removed.error().detail);
}

void JobRun::end_without_result(const Error& error) {
  switch (stopped_) {
    case Stopped::canceled: return fail_attempt({Errc::canceled, "The job was canceled."});
    case Stopped::timed_out:
      return fail_attempt({Errc::timed_out, fmt::format("The report was not done within the {} s that it was given.",
                                                        claim_.timeout.value_or(std::chrono::seconds(0)).count())});
    case Stopped::lease_lost:
      ports_.tally.add([](WorkerTotals& totals) { ++totals.lost; });
      spdlog::warn("lost the lease of job={}", claim_.lease.job.text);
      return;
    case Stopped::worker_stops: break;
    case Stopped::no:
      // Who stops a whole group of processes ends the renderer first: that is no crash.
      if (error.code != Errc::renderer_died) return fail_attempt(error);
      if (stop_.stop_requested()) break;
      ports_.tally.add([](WorkerTotals& totals) { ++totals.crashed; });
      return log_end("crashed", until_answered([&] { return ports_.queue.crashed(claim_.lease, error); }));
  }
  log_end("released", until_answered([&] { return ports_.queue.release(claim_.lease); }));
}

void JobRun::fail_attempt(const Error& error) {
  spdlog::info("attempt ended job={} attempt={} code={}: {}", claim_.lease.job.text, claim_.attempt,
               platen::name_of(error.code), error.detail);
  ports_.tally.add([&](WorkerTotals& totals) { ++(error.code == Errc::canceled ? totals.canceled : totals.failed); });
  if (error.code == Errc::unavailable) worker_ = Worker::lacks_something;
  const Error told = for_owner(error);
  log_end("reported", until_answered([&] { return ports_.queue.fail_attempt(claim_.lease, told); }));
}

template <class Send>
auto JobRun::until_answered(Send send) -> decltype(send()) {
  Backoff backoff;
  SteadyTime last = ports_.pace.now() + options_.report_within;
  for (bool stopping = false;;) {
    auto answer = send();
    if (answer || answer.error().code != Errc::unavailable || ports_.pace.now() >= last) return answer;
    if (!stopping && stop_.stop_requested()) {
      stopping = true;
      last = std::min(last, ports_.pace.now() + options_.stop_grace);
    }
    ports_.pace.pause(backoff.next(), stopping ? std::stop_token() : stop_);
  }
}

void JobRun::log_end(std::string_view what, const Result<Outcome>& outcome) const {
  const std::string& job = claim_.lease.job.text;
  if (outcome)
    spdlog::info("{} job={} now={}", what, job, name_of(*outcome));
  else
    spdlog::warn("{} job={}, but the queue does not take it: {}", what, job, outcome.error().detail);
}

}  // namespace platen::worker
