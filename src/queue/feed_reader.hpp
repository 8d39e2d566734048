// The feeds for whoever asks, page by page.
#pragma once

#include "platen/feed.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Over one connection, which is borrowed. Threads: those of the connection.
class RedisFeedReader final : public FeedReader {
 public:
  explicit RedisFeedReader(const Shard& shard) : shard_(shard) {}

  [[nodiscard]] Result<FeedPage> read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after,
                                           std::size_t most) override;

 private:
  Shard shard_;
};

}  // namespace platen::queue
