// What is known of the queue and of its workers: for operators, not for a job's owner.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "platen/job.hpp"
#include "platen/time.hpp"

namespace platen {

/// What a worker has done since it was started.
struct WorkerTotals {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;  ///< attempts that ended in an error, tried again or not
  std::uint64_t canceled = 0;
  std::uint64_t crashed = 0;  ///< renderers that died
  std::uint64_t lost = 0;     ///< leases that another has, or that were given back
  std::uint64_t rows = 0;     ///< drawn
  std::uint64_t pages = 0;
  std::chrono::milliseconds rendering{0};  ///< in the renderer, over all slots
  std::chrono::milliseconds storing{0};    ///< hashing, naming and reporting its files
};

/// A job that a worker runs now.
struct RunningJob {
  JobId id;
  TimePoint since;
};

/// A worker as it last told of itself.
struct WorkerReport {
  std::string name;  ///< unique over machines and restarts
  std::string version;
  std::uint32_t slots = 0;
  TimePoint started_at;
  TimePoint seen_at;  ///< by Redis's clock
  std::vector<RunningJob> jobs;
  WorkerTotals totals;
};

/// Where workers tell that they live. Threads: as the implementation says.
class WorkerRegistry {
 public:
  virtual ~WorkerRegistry() = default;
  /// To be called every few seconds: a worker that was silent for `worker_lifetime` is gone. `seen_at` is not used.
  [[nodiscard]] virtual Result<void> report(const WorkerReport& report) = 0;
  virtual void retire(const std::string& name) = 0;  ///< as far as it can: else the report lapses
};

inline constexpr std::chrono::seconds worker_report_every{5};
inline constexpr std::chrono::seconds worker_lifetime{16};  ///< a lease's 15 s and a little

/// The jobs that wait in one list.
struct Backlog {
  std::uint64_t jobs = 0;
  std::chrono::milliseconds oldest{0};  ///< since the birth of the one that is next; 0 where there is none
};

/// How often what has happened since Redis was empty.
struct QueueTotals {
  std::uint64_t submitted = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t canceled = 0;
  std::uint64_t expired = 0;
  std::uint64_t retrying = 0;
  std::uint64_t redriven = 0;
};

/// What the jobs of one tenant take, of what they may.
struct TenantUse {
  std::uint64_t waiting = 0;        ///< never started
  std::uint64_t waiting_limit = 0;  ///< 0: none
  std::uint64_t stored_bytes = 0;
  std::uint64_t stored_limit_bytes = 0;  ///< 0: none
};

/// The queue now, all tenants together but for `tenant`.
struct QueueState {
  std::array<Backlog, 3> ready;  ///< by Priority
  std::uint64_t delayed = 0;     ///< and retrying
  std::uint64_t running = 0;
  std::uint64_t ended = 0;         ///< and not yet removed
  std::uint64_t dead_letters = 0;  ///< of these
  std::uint64_t waiting = 0;       ///< never started
  std::uint64_t stored_bytes = 0;
  std::uint64_t undelivered = 0;  ///< webhook messages not yet fanned out
  TenantUse tenant;               ///< of who asks
  QueueTotals totals;
  std::vector<WorkerReport> workers;  ///< those that live, at most 500, by name

  [[nodiscard]] const Backlog& backlog(Priority priority) const { return ready.at(static_cast<std::size_t>(priority)); }
};

/// Threads: any.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;
  [[nodiscard]] virtual Result<QueueState> observe(const Tenant& tenant) = 0;
};

}  // namespace platen
