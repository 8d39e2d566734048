// Jobs on several Redis, as if they were on one.
#pragma once

#include <utility>

#include "queue/shards/shard_ports.hpp"

namespace platen::queue {

/// Sends each call to the shard that the job's id names, and merges listings. While a shard is away its jobs are
/// `unavailable`, and so are listings; other jobs go on.
/// Borrows the shards' ports. Threads: any that these allow.
class JobShards final : public JobSubmitter, public JobReader, public JobControl {
 public:
  explicit JobShards(AllShards shards) : shards_(std::move(shards)) {}

  [[nodiscard]] JobId new_id_for(const Submission& submission) const override;
  [[nodiscard]] Result<Job> submit(const Submission& submission) override;
  void submit_later(Submission submission, Submitted done) override;

  [[nodiscard]] Result<Job> find(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<KeptRequest> request_of(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<JobPage> list(const Tenant& tenant, const JobQuery& query) override;
  [[nodiscard]] Result<JobPage> dead_letters(const Tenant& tenant, const JobQuery& query) override;
  /// Whether any shard can be used.
  [[nodiscard]] Result<void> ping() override;

  [[nodiscard]] Result<Job> cancel(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<std::vector<UploadId>> remove(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<Job> redrive(const Tenant& tenant, const JobId& id) override;
  [[nodiscard]] Result<std::vector<JobId>> redrive_dead(const Tenant& tenant,
                                                        const std::optional<std::vector<JobId>>& jobs) override;

 private:
  /// The job's shard. An id of one that there is not goes to the first, which has no such job.
  [[nodiscard]] const ShardPorts& shard_with(const JobId& id) const;

  AllShards shards_;
};

}  // namespace platen::queue
