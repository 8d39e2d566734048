#include "worker/slots/job_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

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

JobRun::JobRun(const SlotPorts& ports, const SlotOptions& options, Granted granted, const Claimant& next,
               std::stop_token stop)
    : ports_(ports),
      options_(options),
      claim_(std::move(granted.claim)),
      next_(next),
      trace_(ports.tracer, claim_, granted.asked_at),
      stop_(std::move(stop)),
      entry_(ports.running, claim_.lease.job),
      started_(ports.pace.now()),
      renewed_(started_),
      retry_at_(started_) {}

JobRun::Worker JobRun::run() {
  say(spdlog::level::info, "claimed");
  try {
    work();
  } catch (const std::exception& bug) {
    fail_attempt({Errc::internal, bug.what()});
  }
  trace_.end();
  return worker_;
}

void JobRun::work() {
  trace_.enter("open");
  Fd data;
  if (claim_.upload) {
    auto opened = open_upload(*claim_.upload, "The data that was uploaded for this report is no longer there.");
    if (!opened) return end_without_result(opened.error());
    data = std::move(*opened);
  }
  std::vector<Fd> images;
  for (const UploadId& id : claim_.images) {
    auto opened = open_upload(id, "An image that was uploaded for this report is no longer there.");
    if (!opened) return end_without_result(opened.error());
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
  trace_.enter(platen::name_of(Stage::scan));
  const auto rendered =
      ports_.renderer.render(task, [this](const std::optional<Progress>& progress) { return on_tick(progress); });
  ports_.tally.add([&](WorkerTotals& totals) { totals.rendering += milliseconds_since(begun); });
  if (rendered) return store(*output, *rendered);
  end_without_result(rendered.error());
}

Result<Fd> JobRun::open_upload(const UploadId& id, std::string_view gone) {
  auto opened = ports_.uploads.open(id, [this] { return on_tick(std::nullopt) == Command::go_on; });
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
    trace_.enter(platen::name_of(progress->stage));
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

bool JobRun::keep_lease() {
  const SteadyTime now = ports_.pace.now();
  if (entry_.is_canceled())
    stopped_ = Stopped::canceled;
  else if (now - renewed_ >= options_.renew_every && now >= retry_at_)
    stopped_ = renew(unpublished_);
  return stopped_ == Stopped::no;
}

JobRun::Stopped JobRun::renew(const std::optional<Progress>& progress) {
  const SteadyTime now = ports_.pace.now();
  const auto state = ports_.queue.renew(claim_.lease, progress);
  if (!state) {
    if (backoff_.is_fresh())
      say(spdlog::level::warn, "the lease cannot be renewed now", {{"reason", state.error().detail}});
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
  trace_.enter(platen::name_of(Stage::store));
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
  const auto kept = ports_.artifacts.keep(output, artifact.name, [this] { return keep_lease(); });
  if (!kept) return end_without_result(kept.error());
  complete(artifact);
  ports_.tally.add([&](WorkerTotals& totals) { totals.storing += milliseconds_since(begun); });
}

std::chrono::milliseconds JobRun::milliseconds_since(SteadyTime begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(ports_.pace.now() - begun);
}

void JobRun::complete(const Artifact& artifact) {
  trace_.enter("complete");
  trace_.note("platen.rows", static_cast<std::int64_t>(artifact.rows));
  trace_.note("platen.pages", static_cast<std::int64_t>(artifact.pages));
  trace_.note("platen.bytes", static_cast<std::int64_t>(artifact.bytes));
  asked_for_next_at_ = span_now();
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
    say(spdlog::level::info, "succeeded",
        {{"rows", static_cast<std::int64_t>(artifact.rows)},
         {"pages", static_cast<std::int64_t>(artifact.pages)},
         {"bytes", static_cast<std::int64_t>(artifact.bytes)}});
    return;
  }
  ports_.tally.add([](WorkerTotals& totals) { ++totals.lost; });
  trace_.fail(platen::name_of(completed.error().code));
  say(spdlog::level::warn, "the result was not accepted", {{"reason", completed.error().detail}});
  // Without an answer it may have been accepted: then only the sweep of old artifacts may remove it.
  if (completed.error().code != Errc::lease_lost) return;
  if (auto removed = ports_.artifacts.remove(artifact.name); !removed)
    say(spdlog::level::warn, "the file was not removed",
        {{"artifact", artifact.name}, {"reason", removed.error().detail}});
}

void JobRun::end_without_result(const Error& error) {
  switch (stopped_) {
    case Stopped::canceled: return fail_attempt({Errc::canceled, "The job was canceled."});
    case Stopped::timed_out:
      return fail_attempt({Errc::timed_out, fmt::format("The report was not done within the {} s that it was given.",
                                                        claim_.timeout.value_or(std::chrono::seconds(0)).count())});
    case Stopped::lease_lost:
      ports_.tally.add([](WorkerTotals& totals) { ++totals.lost; });
      trace_.fail(platen::name_of(Errc::lease_lost));
      say(spdlog::level::warn, "lost the lease");
      return;
    case Stopped::worker_stops: break;
    case Stopped::no:
      // Who stops a whole group of processes ends the renderer first: that is no crash.
      if (error.code != Errc::renderer_died) return fail_attempt(error);
      if (stop_.stop_requested()) break;
      ports_.tally.add([](WorkerTotals& totals) { ++totals.crashed; });
      trace_.fail(platen::name_of(error.code));
      return log_end("crashed", until_answered([&] { return ports_.queue.crashed(claim_.lease, error); }));
  }
  trace_.fail("released");
  log_end("released", until_answered([&] { return ports_.queue.release(claim_.lease); }));
}

void JobRun::fail_attempt(const Error& error) {
  trace_.fail(platen::name_of(error.code));
  trace_.enter("report");
  say(spdlog::level::info, "attempt ended", {{"code", platen::name_of(error.code)}, {"reason", error.detail}});
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

void JobRun::log_end(std::string_view what, const Result<Outcome>& outcome) {
  if (outcome) return say(spdlog::level::info, what, {{"now", name_of(*outcome)}});
  say(spdlog::level::warn, "the queue does not take what became of the job",
      {{"what", what}, {"reason", outcome.error().detail}});
}

void JobRun::say(spdlog::level::level_enum level, std::string_view message,
                 std::initializer_list<LogField> fields) const {
  std::vector<LogField> all{{"job_id", claim_.lease.job.text},
                            {"attempt", std::int64_t{claim_.attempt}},
                            {"request_id", claim_.request_id},
                            {"trace_id", trace_.id()}};
  all.insert(all.end(), fields.begin(), fields.end());
  log_line(level, message, all);
}

}  // namespace platen::worker
