// What keeps the queue and the stores in order, at its times.
#pragma once

#include <chrono>
#include <string>

#include "platen/feed.hpp"
#include "platen/queue.hpp"
#include "platen/store.hpp"
#include "platen/time.hpp"

namespace platen::jobs {

struct HousekeepingOptions {
  /// Lapsed leases and due jobs: how late they may be noticed. A lapsed lease is to be redelivered within 16 s.
  std::chrono::milliseconds sweep_every{500};
  /// Ended jobs past their retention, and files that nobody refers to.
  std::chrono::milliseconds clean_every{std::chrono::hours(1)};
  /// Files without a job younger than this may still get one.
  std::chrono::seconds orphan_age{std::chrono::hours(24)};
  /// How long a client may take to go on with an upload that broke off.
  std::chrono::seconds unfinished_age{std::chrono::hours(24)};
};

/// Where files are. Borrowed.
struct Stores {
  UploadStore& uploads;
  UnfinishedUploads& unfinished;
  ArtifactStore& artifacts;
};

/// Does what is due, over ports that are borrowed. Any number of these may run at once, in any process: each
/// change is re-checked where it is made.
/// Threads: one at a time. Errors: are logged, once for each outage, and the work is taken up again next time.
class Housekeeping {
 public:
  Housekeeping(JobJanitor& janitor, FeedJanitor& feeds, const Stores& stores, HousekeepingOptions options = {});

  /// Does whatever is due at `now`. The first call does all.
  void tick(TimePoint now);

 private:
  [[nodiscard]] Result<void> sweep();
  [[nodiscard]] Result<void> clean();
  [[nodiscard]] Result<void> remove_ended();
  [[nodiscard]] Result<void> remove(const std::vector<EndedJob>& due);
  [[nodiscard]] Result<void> remove_unfinished_uploads();
  [[nodiscard]] Result<void> remove_orphaned_uploads();
  [[nodiscard]] Result<void> remove_orphaned_artifacts();

  JobJanitor& janitor_;
  FeedJanitor& feeds_;
  UploadStore& uploads_;
  UnfinishedUploads& unfinished_;
  ArtifactStore& artifacts_;
  HousekeepingOptions options_;
  TimePoint next_sweep_;
  TimePoint next_clean_;
  bool sweep_fails_ = false;
  bool clean_fails_ = false;
  bool has_more_ended_ = false;  ///< after the last removal of ended jobs
};

}  // namespace platen::jobs
