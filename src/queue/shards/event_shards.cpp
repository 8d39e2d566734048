#include "queue/shards/event_shards.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "queue/shards/feed_shards.hpp"

namespace platen::queue {

EventShards::EventShards(const std::vector<ShardEvents>& shards) : shards_(shards) {
  for (std::size_t number = 0; number < shards_.size(); ++number)
    shards_[number].feeds->listen(ears_.emplace_back(*this, number));
}

// --- Jobs --------------------------------------------------------------------------------------------

void EventShards::listen(JobEventsListener& listener) {
  job_listener_ = &listener;
  for (std::size_t number = 0; number < shards_.size(); ++number) shards_[number].jobs->listen(ears_[number]);
}

std::size_t EventShards::number_of(const JobId& job) const {
  const std::size_t number = shard_of(job);
  return number < shards_.size() ? number : 0;
}

WhichJobs EventShards::Ear::own_jobs() const {
  return [this](const JobId& job) { return all_.number_of(job) == number_; };
}

bool EventShards::healthy() const {
  return std::any_of(shards_.begin(), shards_.end(), [](const ShardEvents& shard) { return shard.jobs->healthy(); });
}

// --- Feeds -------------------------------------------------------------------------------------------

void EventShards::watch_feed(const Tenant& tenant) {
  live_.try_emplace(tenant);
  for (const ShardEvents& shard : shards_) shard.feeds->watch_feed(tenant);
}

void EventShards::unwatch_feed(const Tenant& tenant) {
  live_.erase(tenant);
  for (const ShardEvents& shard : shards_) shard.feeds->unwatch_feed(tenant);
}

void EventShards::note_live(const Tenant& tenant, std::size_t shard) {
  const auto found = live_.find(tenant);
  if (found == live_.end()) return;
  found->second.insert(shard);
  if (found->second.size() == shards_.size()) feed_listener_->on_feed_subscribed(tenant);
}

void EventShards::note_lost(std::size_t shard) {
  for (auto& [tenant, live] : live_) live.erase(shard);
  if (feed_listener_ != nullptr) feed_listener_->on_feeds_lost();
}

void EventShards::Ear::on_feed_event(const Tenant& tenant, FeedEvent event) {
  all_.feed_listener_->on_feed_event(tenant, std::move(event));
}

void EventShards::read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after, std::size_t most,
                            Read done) {
  struct Gathered {
    std::optional<FeedPosition> after;
    std::vector<FeedPage> pages;
    std::size_t missing;
    std::optional<Error> failure;
    Read done;
  };
  const auto gathered = std::make_shared<Gathered>(
      Gathered{after, std::vector<FeedPage>(shards_.size()), shards_.size(), {}, std::move(done)});
  for (std::size_t number = 0; number < shards_.size(); ++number)
    shards_[number].feeds->read_feed(tenant, after, most, [gathered, number, most](Result<FeedPage> page) {
      if (page)
        gathered->pages[number] = *std::move(page);
      else
        gathered->failure = std::move(page.error());
      if (--gathered->missing > 0) return;
      gathered->done(gathered->failure ? Result<FeedPage>(fail(*gathered->failure))
                                       : merged(gathered->after, std::move(gathered->pages), most));
    });
}

}  // namespace platen::queue
