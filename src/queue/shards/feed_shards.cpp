#include "queue/shards/feed_shards.hpp"

#include <algorithm>

namespace platen::queue {

namespace {

StreamPosition place_of(const FeedEvent& event) { return event.position.at(shard_of(event.job)); }

bool is_before(const FeedEvent& left, const FeedEvent& right) {
  const auto key = [](const FeedEvent& event) { return std::pair(place_of(event).ms, shard_of(event.job)); };
  return key(left) < key(right);
}

/// Up to where all that there is has been read: what comes after may lack some of a shard that has more.
std::optional<std::uint64_t> horizon_of(const std::vector<FeedPage>& pages) {
  std::optional<std::uint64_t> horizon;
  for (const FeedPage& page : pages) {
    if (!page.has_more || page.events.empty()) continue;
    const std::uint64_t end = place_of(page.events.back()).ms;
    horizon = std::min(horizon.value_or(end), end);
  }
  return horizon;
}

}  // namespace

FeedPage merged(const std::optional<FeedPosition>& after, std::vector<FeedPage> pages, std::size_t most) {
  if (pages.size() == 1) return std::move(pages.front());
  FeedPage whole;
  std::vector<std::size_t> left(pages.size());  // of each page, events that are not in `whole`
  FeedPosition position;
  std::vector<FeedEvent> events;
  for (std::size_t shard = 0; shard < pages.size(); ++shard) {
    FeedPage& page = pages[shard];
    position.set(shard, after ? after->at(shard) : page.end.at(shard));
    left[shard] = page.events.size();
    whole.has_more = whole.has_more || page.has_more;
    whole.has_lost = whole.has_lost || page.has_lost;
  }
  const auto horizon = horizon_of(pages);
  for (FeedPage& page : pages) std::move(page.events.begin(), page.events.end(), std::back_inserter(events));
  std::stable_sort(events.begin(), events.end(), is_before);
  for (FeedEvent& event : events) {
    if (whole.events.size() == most || (horizon && place_of(event).ms > *horizon)) {
      whole.has_more = true;
      break;
    }
    const std::size_t shard = shard_of(event.job);
    position.set(shard, place_of(event));
    --left[shard];
    event.position = position;
    whole.events.push_back(std::move(event));
  }
  // Of a page that is used up the end counts, which may be before where it began: the shard may have lost its last.
  for (std::size_t shard = 0; shard < pages.size(); ++shard)
    if (left[shard] == 0) position.set(shard, pages[shard].end.at(shard));
  whole.end = std::move(position);
  return whole;
}

Result<FeedPage> FeedShards::read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after,
                                       std::size_t most) {
  std::vector<FeedPage> pages;
  for (const ShardPorts& shard : shards_) {
    auto page = shard.feeds->read_feed(tenant, after, most);
    if (!page) return page;
    pages.push_back(*std::move(page));
  }
  return merged(after, std::move(pages), most);
}

}  // namespace platen::queue
