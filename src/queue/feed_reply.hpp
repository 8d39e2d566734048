// Feeds as Redis tells of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platen/feed.hpp"
#include "redis/reply.hpp"

namespace platen::queue {

/// The arguments of lua/feed.lua, for one shard.
[[nodiscard]] std::vector<std::string> feed_arguments(const Tenant& tenant, const std::optional<FeedPosition>& after,
                                                      std::size_t most, std::size_t shard);
/// Its answer. An event of a kind that this version does not know is left out.
[[nodiscard]] Result<FeedPage> feed_page_from(const redis::Value& reply, std::size_t shard);
/// A feed's entry as `change` in lua/prelude.lua adds it: its `e` is `<kind> <data>`.
[[nodiscard]] std::optional<FeedEvent> feed_event_from(const redis::Value& entry);

}  // namespace platen::queue
