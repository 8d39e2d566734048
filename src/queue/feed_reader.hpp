// The feeds for whoever asks, page by page.
#pragma once

#include "platen/feed.hpp"
#include "redis/caller.hpp"

namespace platen::queue {

/// Over one connection, which is borrowed. Threads: those of the connection.
class RedisFeedReader final : public FeedReader {
 public:
  explicit RedisFeedReader(redis::Caller& redis) : redis_(redis) {}

  [[nodiscard]] Result<FeedPage> read_feed(const Tenant& tenant, std::optional<FeedPosition> after,
                                           std::size_t most) override;

 private:
  redis::Caller& redis_;
};

}  // namespace platen::queue
