// Keeps several Redis in order.
#pragma once

#include <utility>

#include "queue/shards/shard_ports.hpp"

namespace platen::queue {

/// Does the same on each shard. One that is away stops no other: it is left out, and the log says so.
/// Borrows the shards' ports. Threads: any that these allow.
class JanitorShards final : public JobJanitor, public FeedJanitor {
 public:
  explicit JanitorShards(AllShards shards) : shards_(std::move(shards)) {}

  /// The most that any shard had to do: how many at once are a batch is meant of one.
  [[nodiscard]] Result<std::uint32_t> reap() override;
  [[nodiscard]] Result<std::uint32_t> promote() override;
  [[nodiscard]] Result<std::uint32_t> expire() override;
  [[nodiscard]] Result<std::vector<EndedJob>> due_for_removal() override;
  [[nodiscard]] Result<std::vector<UploadId>> forget(const std::vector<JobId>& ids) override;
  /// On any shard; not known while one is away that could have it.
  [[nodiscard]] Result<bool> upload_in_use(const UploadId& id) override;
  /// A job of a shard that there is not may be one of those that were left out: it exists.
  [[nodiscard]] Result<bool> exists(const JobId& id) override;
  [[nodiscard]] Result<std::uint32_t> trim_feeds() override;

 private:
  template <class Do>
  [[nodiscard]] Result<std::uint32_t> most_of_each(Do act);

  AllShards shards_;
};

}  // namespace platen::queue
