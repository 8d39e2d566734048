// The queue's housekeeping over the scripts.
#pragma once

#include "platen/feed.hpp"
#include "platen/queue.hpp"
#include "queue/options.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Reaps, promotes and forgets over one connection, which is borrowed. Threads: those of the connection.
class RedisJobJanitor final : public JobJanitor, public FeedJanitor {
 public:
  explicit RedisJobJanitor(const Shard& shard, QueueOptions options = {}) : shard_(shard), options_(options) {}

  [[nodiscard]] Result<std::uint32_t> reap() override;
  [[nodiscard]] Result<std::uint32_t> promote() override;
  [[nodiscard]] Result<std::uint32_t> expire() override;
  [[nodiscard]] Result<std::vector<EndedJob>> due_for_removal() override;
  [[nodiscard]] Result<std::vector<UploadId>> forget(const std::vector<JobId>& ids) override;
  [[nodiscard]] Result<bool> upload_in_use(const UploadId& id) override;
  [[nodiscard]] Result<bool> exists(const JobId& id) override;
  [[nodiscard]] Result<std::uint32_t> trim_feeds() override;

 private:
  [[nodiscard]] Result<bool> has_key(const std::string& key);

  Shard shard_;
  QueueOptions options_;
};

}  // namespace platen::queue
