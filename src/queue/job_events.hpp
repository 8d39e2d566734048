// Live events of jobs and feeds, and their history, for the relay.
#pragma once

#include <unordered_map>

#include "base/loop.hpp"
#include "platen/queue.hpp"
#include "queue/feed_tail.hpp"
#include "redis/loop_connection.hpp"

namespace platen::queue {

/// Listens to the jobs' channels on one connection and reads their history on another: a connection that has
/// subscribed can read nothing. Feeds that are watched have a third.
/// Owns: all. Threads: the loop's. Destroy it outside of a turn; a replay that is still under way is dropped.
class RedisJobEvents final : public JobEvents, public FeedEvents {
 public:
  RedisJobEvents(Loop& loop, const redis::Url& url, redis::LoopConnectionOptions options = {},
                 const Keys& keys = Keys());

  void listen(JobEventsListener& listener) override { listener_ = &listener; }
  void watch(const JobId& job) override;
  void unwatch(const JobId& job) override;
  void replay(const JobId& job, Seq after, ReplayDone done) override;
  [[nodiscard]] bool healthy() const override { return subscriber_.is_up(); }

  void listen(FeedListener& listener) override { feeds_.listen(listener); }
  void watch_feed(const Tenant& tenant) override { feeds_.watch(tenant); }
  void unwatch_feed(const Tenant& tenant) override { feeds_.unwatch(tenant); }
  void read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after, std::size_t most, Read done) override;

 private:
  /// What is known of a job's channel. It stays until Redis has acknowledged each SUBSCRIBE, so that one which was
  /// overtaken by an UNSUBSCRIBE is not taken for the one that counts.
  struct Subscription {
    bool is_wanted = true;
    unsigned unacknowledged = 0;
  };

  void subscribe_all();
  void lose_all();
  void take(const redis::Value& push);
  void take_acknowledgement(const JobId& job);
  void take_message(const JobId& job, std::string_view message);

  [[nodiscard]] JobId job_of_channel(std::string_view channel) const;

  Keys keys_;
  JobEventsListener* listener_ = nullptr;
  std::unordered_map<JobId, Subscription> subscriptions_;
  redis::LoopConnection subscriber_;
  redis::LoopConnection reader_;
  FeedTail feeds_;
};

}  // namespace platen::queue
