// The front end's side of the queue.
#pragma once

#include <utility>

#include "platen/queue.hpp"
#include "queue/options.hpp"
#include "queue/scripts.hpp"
#include "queue/submits.hpp"

namespace platen::queue {

/// Submits, reads, cancels, removes and redrives jobs over one connection, which it borrows. Threads: those of the
/// connection.
class RedisJobQueue final : public JobSubmitter, public JobReader, public JobControl {
 public:
  explicit RedisJobQueue(const Shard& shard, QueueLimits limits = {}) : shard_(shard), submits_(shard, limits) {}

  [[nodiscard]] Result<Job> submit(const Submission& submission) override { return submits_.submit(submission); }
  void submit_later(Submission submission, Submitted done) override {
    submits_.submit_later(std::move(submission), std::move(done));
  }
  [[nodiscard]] Result<Job> find(const Tenant& tenant, const JobId& id) override;
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
  Submits submits_;
};

}  // namespace platen::queue
