// Live events of jobs and feeds on several Redis.
#pragma once

#include <deque>
#include <set>
#include <unordered_map>
#include <vector>

#include "platen/feed.hpp"
#include "platen/queue.hpp"

namespace platen::queue {

/// The live events of one shard, borrowed.
struct ShardEvents {
  JobEvents* jobs = nullptr;
  FeedEvents* feeds = nullptr;
};

/// Listens to all shards. While one is away its jobs' events are lost and caught up with later, as with a single Redis,
/// and so are all feeds; the other shards' jobs go on.
/// Borrows the shards' events. Threads: the loop's.
class EventShards final : public JobEvents, public FeedEvents {
 public:
  explicit EventShards(const std::vector<ShardEvents>& shards);

  void listen(JobEventsListener& listener) override;
  void watch(const JobId& job) override;
  void unwatch(const JobId& job) override;
  void replay(const JobId& job, Seq after, ReplayDone done) override;
  /// Whether any shard's are.
  [[nodiscard]] bool healthy() const override;

  void listen(FeedListener& listener) override;
  void watch_feed(const Tenant& tenant) override;
  void unwatch_feed(const Tenant& tenant) override;
  void read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after, std::size_t most, Read done) override;

 private:
  /// One shard's feeds, heard.
  class Ear final : public FeedListener {
   public:
    Ear(EventShards& all, std::size_t number) : all_(all), number_(number) {}
    void on_feed_subscribed(const Tenant& tenant) override { all_.note_live(tenant, number_); }
    void on_feed_event(const Tenant& tenant, FeedEvent event) override;
    void on_feeds_lost() override { all_.note_lost(number_); }

   private:
    EventShards& all_;
    std::size_t number_;
  };

  /// As JobShards has it.
  [[nodiscard]] JobEvents& jobs_of(const JobId& job) const;
  void note_live(const Tenant& tenant, std::size_t shard);
  void note_lost(std::size_t shard);

  std::vector<ShardEvents> shards_;
  std::deque<Ear> ears_;
  FeedListener* listener_ = nullptr;
  std::unordered_map<Tenant, std::set<std::size_t>> live_;  ///< the watched feeds, and on which shards they are live
};

}  // namespace platen::queue
