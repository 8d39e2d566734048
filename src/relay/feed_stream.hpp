// Who reads a feed: a client's stream, or a client that waits for what is next.
#pragma once

#include <functional>
#include <utility>

#include "base/loop.hpp"
#include "relay/feed_subscriber.hpp"

namespace platen::relay {

class FeedRelay;
class Stream;

/// Fills a stream as fast as its client reads. Borrows the stream, which owns it. Threads: the hub's loop.
class FeedPart final : public FeedSubscriber {
 public:
  FeedPart(Stream& stream, FeedQuery query, std::function<bool()> may_go_on)
      : FeedSubscriber(std::move(query)), stream_(stream), may_go_on_(std::move(may_go_on)) {}
  [[nodiscard]] bool offer(const FeedFrame& frame) override;
  /// A comment and the position, so that a client whose kinds are rare does not fall behind.
  [[nodiscard]] FramePtr heartbeat() const;
  /// False when the client may read no more; then its stream is ended.
  [[nodiscard]] bool goes_on();

 private:
  Stream& stream_;
  std::function<bool()> may_go_on_;
};

/// Tells its owner once, in a later turn, that there is an event of the wanted kinds after the position (or a `reset`).
/// Owns: its place among the feed's readers. Borrows the relay, and must go before it. Threads: the hub's loop.
class FeedWait final : public FeedSubscriber {
 public:
  FeedWait(Loop& loop, FeedRelay& relay, FeedQuery query, std::function<void()> tell);
  ~FeedWait() override;
  [[nodiscard]] bool offer(const FeedFrame& frame) override;

 private:
  Loop& loop_;
  FeedRelay& relay_;
  std::function<void()> tell_;
  Loop::Timer telling_;
};

}  // namespace platen::relay
