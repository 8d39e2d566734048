#include "queue/feed_reader.hpp"

#include "queue/feed_reply.hpp"

namespace platen::queue {

Result<FeedPage> RedisFeedReader::read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after,
                                            std::size_t most) {
  const auto reply = run(shard_, scripts::feed, feed_arguments(tenant, after, most, shard_.keys.shard()));
  if (!reply) return fail(reply.error());
  return feed_page_from(*reply, shard_.keys.shard());
}

}  // namespace platen::queue
