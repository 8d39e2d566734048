// The front end's side of the queue.
#pragma once

#include <utility>

#include "platen/queue.hpp"
#include "queue/options.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Submits, reads, cancels, removes and redrives jobs over one connection. `find_later` has one of its own, where there
/// is one: for a thread that answers many of them itself. Borrows both. Threads: those of the connections.
class RedisJobQueue final : public JobSubmitter, public JobReader, public JobControl {
 public:
  explicit RedisJobQueue(const Shard& shard, QueueLimits limits = {}) : RedisJobQueue(shard, shard, limits) {}
  RedisJobQueue(Shard shard, Shard finds, QueueLimits limits = {})
      : shard_(std::move(shard)), finds_(std::move(finds)), limits_(limits) {}

  [[nodiscard]] Result<Job> submit(const Submission& submission) override;
  void submit_later(Submission submission, Submitted done) override;
  [[nodiscard]] Result<Job> find(const Tenant& tenant, const JobId& id) override;
  void find_later(const Tenant& tenant, const JobId& id, Found done) override;
  [[nodiscard]] Result<KeptRequest> request_of(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<JobPage> list(const Tenant& tenant, const JobQuery& query) override;
  [[nodiscard]] Result<JobPage> dead_letters(const Tenant& tenant, const JobQuery& query) override;
  [[nodiscard]] Result<void> ping() override;
  [[nodiscard]] Result<Job> cancel(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<std::vector<UploadId>> remove(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<Job> redrive(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<std::vector<JobId>> redrive_dead(const Tenant& tenant,
                                                        const std::optional<std::vector<JobId>>& jobs) override;

 private:
  /// Of one of list.lua's indexes.
  [[nodiscard]] Result<JobPage> page(std::string_view index, const Tenant& tenant, const JobQuery& query);

  Shard shard_;
  Shard finds_;
  QueueLimits limits_;
};

}  // namespace platen::queue
