// A tenant's feed, of which each shard has a part.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "queue/shards/shard_ports.hpp"

namespace platen::queue {

/// One page out of a page of each shard, all read after the same position with the same `most`: about in the order of
/// time, and of each shard in its own.
[[nodiscard]] FeedPage merged(const std::optional<FeedPosition>& after, std::vector<FeedPage> pages, std::size_t most);

/// Reads all shards' parts; `unavailable` while one is away, for what it has would be missing.
/// Borrows the shards' ports. Threads: any that these allow.
class FeedShards final : public FeedReader {
 public:
  explicit FeedShards(AllShards shards) : shards_(std::move(shards)) {}

  [[nodiscard]] Result<FeedPage> read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after,
                                           std::size_t most) override;

 private:
  AllShards shards_;
};

}  // namespace platen::queue
