// Live events of jobs and feeds, and their history, for the relay.
#pragma once

#include <cstddef>
#include <string>
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
  void replay(const JobId& job, Span span, ReplayDone done) override;
  [[nodiscard]] bool healthy() const override { return subscriber_.is_up(); }
  [[nodiscard]] bool healthy(const JobId&) const override { return healthy(); }

  void listen(FeedListener& listener) override { feeds_.listen(listener); }
  void watch_feed(const Tenant& tenant) override { feeds_.watch(tenant); }
  void unwatch_feed(const Tenant& tenant) override { feeds_.unwatch(tenant); }
  void read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after, std::size_t most, Read done) override;

 private:
  void send(std::string_view verb, const JobId& job);
  void lose_all();
  void take(const redis::Value& push);
  void take_acknowledgement(const JobId& job);

  [[nodiscard]] JobId job_of_channel(std::string_view channel) const;

  Keys keys_;
  std::size_t channel_prefix_length_;
  JobEventsListener* listener_ = nullptr;
  /// How many SUBSCRIBEs of a job are under way: one that was overtaken by an UNSUBSCRIBE is not the one that counts.
  std::unordered_map<JobId, unsigned> unacknowledged_;
  redis::LoopConnection subscriber_;
  redis::LoopConnection reader_;
  FeedTail feeds_;
};

}  // namespace platen::queue
