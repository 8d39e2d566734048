// The tenants' feeds, to any number of readers: live ones share what arrives, those behind read it page by page.
#pragma once

#include <chrono>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/loop.hpp"
#include "platen/feed.hpp"
#include "relay/feed.hpp"
#include "relay/feed_subscriber.hpp"

namespace platen::relay {

struct FeedRelayOptions {
  RecentLimits recent = {};
  std::size_t page_events = 64;  ///< of one read: about what is held for a reader that is behind
  std::chrono::milliseconds read_retry{500};
  std::chrono::milliseconds unwatch_after{1'000};  ///< the last reader left
};

/// A tenant's feed that has readers here, or had some a moment ago.
struct WatchedFeed {
  explicit WatchedFeed(RecentLimits limits) : recent(limits) {}
  const Tenant* tenant = nullptr;  ///< the key under which the relay keeps this
  RecentEvents recent;
  std::unordered_set<FeedSubscriber*> subscribers;
  bool is_live = false;     ///< whatever is published arrives
  std::uint64_t epoch = 0;  ///< of live delivery: a read that it has not seen whole confirms nothing
  Loop::SteadyTime left_at;
};

/// Offers each reader all events after its position, once each, in order. The rule that leaves no gap: a reader goes
/// on with what arrived live only from a position that a read has confirmed, a read that was sent when live delivery
/// had begun and that found nothing after it; what came since then has arrived, or will.
///
/// Where events may be lost (trimmed before they were read, or undone by Redis) a `reset` says so, and the reader goes
/// on with what there is.
///
/// Borrows all: readers until `unsubscribe`. FeedEvents must not answer once this is gone. Threads: the hub's loop.
class FeedRelay final : public FeedListener {
 public:
  FeedRelay(Loop& loop, FeedEvents& events, const NoticeMaker& notices, FeedRelayOptions options);

  void subscribe(FeedSubscriber& subscriber);
  void unsubscribe(FeedSubscriber& subscriber);
  /// It has room again.
  void resume(FeedSubscriber& subscriber) { pump(subscriber); }
  /// To be called every now and then while not `empty`.
  void tick();
  [[nodiscard]] bool empty() const noexcept { return feeds_.empty(); }

  void on_feed_subscribed(const Tenant& tenant) override;
  void on_feed_event(const Tenant& tenant, FeedEvent event) override;
  void on_feeds_lost() override;

 private:
  void pump(FeedSubscriber& subscriber);
  void pump_all(WatchedFeed& feed);
  [[nodiscard]] static bool offer(FeedSubscriber& subscriber, const FeedFrame& frame);
  [[nodiscard]] static bool offer(FeedSubscriber& subscriber, const LiveFrame& live);
  void read(FeedSubscriber& subscriber);
  void on_read(std::uint64_t ticket, const Result<FeedPage>& page);
  void take_page(FeedSubscriber& subscriber, const FeedPage& page);

  Loop& loop_;
  FeedEvents& events_;
  const NoticeMaker& notices_;
  FeedRelayOptions options_;
  std::unordered_map<Tenant, WatchedFeed> feeds_;
  std::unordered_map<std::uint64_t, FeedSubscriber*> reading_;  ///< by ticket
  std::unordered_set<FeedSubscriber*> failed_;                  ///< to read again, at:
  Loop::SteadyTime retry_at_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace platen::relay
