#include "queue/feed_reader.hpp"

#include "queue/feed_reply.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

Result<FeedPage> RedisFeedReader::read_feed(const Tenant& tenant, std::optional<FeedPosition> after, std::size_t most) {
  const auto reply = run(redis_, scripts::feed, feed_arguments(tenant, after, most));
  if (!reply) return fail(reply.error());
  return feed_page_from(*reply);
}

}  // namespace platen::queue
