#include "jobs/housekeeping.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/log.hpp"

namespace platen::jobs {

namespace {

// The janitor's calls handle at most this many jobs; a full batch means that there may be more.
constexpr std::size_t batch = 100;
// Batches in a row, so that a flood neither holds Redis nor keeps a stop waiting.
constexpr int most_batches = 50;

/// Writes the first failure of an outage to the log, and its end.
void report(const Result<void>& outcome, bool& is_failing, std::string_view what) {
  const bool was_failing = std::exchange(is_failing, !outcome.has_value());
  if (!outcome && !was_failing)
    log_line(spdlog::level::warn, fmt::format("{} fails", what),
             {{"code", name_of(outcome.error().code)}, {"reason", outcome.error().detail}});
  if (outcome && was_failing) spdlog::info("{} works again", what);
}

/// Whether the time `next` has come; or was set when the clock stood at a later time than it does now.
bool is_due(TimePoint next, TimePoint now, std::chrono::milliseconds every) {
  return now >= next || next - now > every;
}

}  // namespace

Housekeeping::Housekeeping(JobJanitor& janitor, FeedJanitor& feeds, const Stores& stores, HousekeepingOptions options)
    : janitor_(janitor),
      feeds_(feeds),
      uploads_(stores.uploads),
      unfinished_(stores.unfinished),
      artifacts_(stores.artifacts),
      options_(options) {}

void Housekeeping::tick(TimePoint now) {
  if (is_due(next_sweep_, now, options_.sweep_every)) {
    report(sweep(), sweep_fails_, "the sweep of leases and due jobs");
    next_sweep_ = now + options_.sweep_every;
  }
  if (is_due(next_clean_, now, options_.clean_every)) {
    has_more_ended_ = false;
    report(clean(), clean_fails_, "the removal of old jobs and files");
    // A failure is tried again at the pace of the sweeps, not an hour later; so is what was too much for one go.
    next_clean_ = now + (clean_fails_ || has_more_ended_ ? options_.sweep_every : options_.clean_every);
  }
}

Result<void> Housekeeping::sweep() {
  for (int i = 0; i < most_batches; ++i) {
    const auto reaped = janitor_.reap();
    if (!reaped) return fail(reaped.error());
    const auto promoted = janitor_.promote();
    if (!promoted) return fail(promoted.error());
    const auto expired = janitor_.expire();
    if (!expired) return fail(expired.error());
    if (*reaped < batch && *promoted < batch && *expired < batch) break;
  }
  return {};
}

Result<void> Housekeeping::clean() {
  if (auto removed = remove_ended(); !removed) return removed;
  if (auto trimmed = feeds_.trim_feeds(); !trimmed) return fail(trimmed.error());
  if (auto removed = remove_unfinished_uploads(); !removed) return removed;
  if (auto removed = remove_orphaned_uploads(); !removed) return removed;
  return remove_orphaned_artifacts();
}

Result<void> Housekeeping::remove_ended() {
  for (int i = 0; i < most_batches; ++i) {
    const auto due = janitor_.due_for_removal();
    if (!due) return fail(due.error());
    if (auto removed = remove(*due); !removed) return removed;
    has_more_ended_ = due->size() >= batch;
    if (!has_more_ended_) break;
  }
  return {};
}

Result<void> Housekeeping::remove(const std::vector<EndedJob>& due) {
  // Files first: a job that is forgotten could not name them any more. One that stays holds up no other.
  Result<void> files;
  std::vector<JobId> without_files;
  for (const EndedJob& ended : due) {
    auto removed = ended.artifact ? artifacts_.remove(*ended.artifact) : Result<void>();
    if (removed)
      without_files.push_back(ended.id);
    else
      files = std::move(removed);
  }
  const auto unused = janitor_.forget(without_files);
  if (!unused) return fail(unused.error());
  for (const JobId& id : without_files) log_line(spdlog::level::info, "job removed", {{"job_id", id.text}});
  // If this process ends here, the uploads are orphans, and found as such.
  for (const UploadId& upload : *unused)
    if (auto removed = uploads_.remove(upload); !removed) return removed;
  return files;
}

Result<void> Housekeeping::remove_unfinished_uploads() {
  const auto swept = unfinished_.sweep(options_.unfinished_age);
  if (!swept) return fail(swept.error());
  if (*swept > 0)
    log_line(spdlog::level::info, "unfinished uploads removed", {{"count", static_cast<std::int64_t>(*swept)}});
  return {};
}

Result<void> Housekeeping::remove_orphaned_uploads() {
  const auto old = uploads_.older_than(options_.orphan_age);
  if (!old) return fail(old.error());
  for (const UploadId& id : *old) {
    const auto in_use = janitor_.upload_in_use(id);
    if (!in_use) return fail(in_use.error());
    if (*in_use) continue;
    if (auto removed = uploads_.remove(id); !removed) return removed;
    log_line(spdlog::level::info, "orphaned upload removed", {{"upload", id.text}});
  }
  return {};
}

Result<void> Housekeeping::remove_orphaned_artifacts() {
  const auto old = artifacts_.older_than(options_.orphan_age);
  if (!old) return fail(old.error());
  for (const std::string& name : *old) {
    const auto job = job_of_artifact(name);
    if (!job) continue;  // not one of ours
    const auto exists = janitor_.exists(*job);
    if (!exists) return fail(exists.error());
    if (*exists) continue;
    if (auto removed = artifacts_.remove(name); !removed) return removed;
    log_line(spdlog::level::info, "orphaned artifact removed", {{"job_id", job->text}, {"artifact", name}});
  }
  return {};
}

}  // namespace platen::jobs
