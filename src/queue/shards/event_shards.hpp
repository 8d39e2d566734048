// Live events of jobs and feeds on several Redis.
#pragma once

#include <deque>
#include <set>
#include <unordered_map>
#include <utility>
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
  void watch(const JobId& job) override { jobs_of(job).watch(job); }
  void unwatch(const JobId& job) override { jobs_of(job).unwatch(job); }
  void replay(const JobId& job, Span span, ReplayDone done) override {
    jobs_of(job).replay(job, span, std::move(done));
  }
  /// Whether any shard's are.
  [[nodiscard]] bool healthy() const override;
  [[nodiscard]] bool healthy(const JobId& job) const override { return jobs_of(job).healthy(); }

  void listen(FeedListener& listener) override { feed_listener_ = &listener; }
  void watch_feed(const Tenant& tenant) override;
  void unwatch_feed(const Tenant& tenant) override;
  void read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after, std::size_t most, Read done) override;

 private:
  /// What one shard says.
  class Ear final : public JobEventsListener, public FeedListener {
   public:
    Ear(EventShards& all, std::size_t number) : all_(all), number_(number) {}
    void on_subscribed(const JobId& job) override { all_.job_listener_->on_subscribed(job); }
    void on_event(Event event) override { all_.job_listener_->on_event(std::move(event)); }
    void on_lost(const WhichJobs&) override { all_.job_listener_->on_lost(own_jobs()); }
    void on_back(const WhichJobs&) override { all_.job_listener_->on_back(own_jobs()); }
    void on_feed_subscribed(const Tenant& tenant) override { all_.note_live(tenant, number_); }
    void on_feed_event(const Tenant& tenant, FeedEvent event) override;
    void on_feeds_lost() override { all_.note_lost(number_); }

   private:
    [[nodiscard]] WhichJobs own_jobs() const;

    EventShards& all_;
    std::size_t number_;
  };

  /// An id of a shard that there is not goes to the first, which has no such job.
  [[nodiscard]] std::size_t number_of(const JobId& job) const;
  [[nodiscard]] JobEvents& jobs_of(const JobId& job) const { return *shards_[number_of(job)].jobs; }
  void note_live(const Tenant& tenant, std::size_t shard);
  void note_lost(std::size_t shard);

  std::vector<ShardEvents> shards_;
  std::deque<Ear> ears_;
  JobEventsListener* job_listener_ = nullptr;
  FeedListener* feed_listener_ = nullptr;
  std::unordered_map<Tenant, std::set<std::size_t>> live_;  ///< the watched feeds, and on which shards they are live
};

}  // namespace platen::queue
