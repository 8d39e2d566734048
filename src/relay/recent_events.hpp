// The newest of a tenant's feed, kept here so that they are written once for all who read them.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "base/loop.hpp"
#include "platen/feed.hpp"
#include "relay/frame.hpp"

namespace platen::relay {

/// One event of a feed, written for a stream. Without a kind it only tells a client where it is.
struct FeedFrame {
  FeedPosition position;  ///< of who has taken it, as the frame says
  std::optional<EventKind> kind;
  FramePtr frame;
};

/// An event that arrived live, on its shard; `after.position` is that of whoever has taken all that arrived before.
struct LiveFrame {
  std::size_t shard = 0;
  StreamPosition at;
  FeedFrame after;
};

struct RecentLimits {
  std::size_t events = 1024;
  std::size_t bytes = std::size_t{512} * 1024;
  std::chrono::milliseconds age = std::chrono::seconds(30);  ///< the links in them are to be fresh
};

/// What arrived live, in its order, and from which position on nothing is missing in it. Who is farther behind reads
/// the feed itself. Each shard has an order of its own: what is known of one says nothing of another, so two readers
/// may each have come farther than the other.
/// Threads: the hub's loop.
class RecentEvents {
 public:
  explicit RecentEvents(RecentLimits limits) : limits_(limits) {}

  /// The event at `at` of `shard`: `write` makes its frame for the position that is after it.
  template <class Write>
  void add(std::size_t shard, StreamPosition at, Loop::SteadyTime now, Write write) {
    last_.set(shard, at);
    chain_ = chain_.joined(last_);
    keep({shard, at, write(chain_)}, now);
  }
  /// Drops what is older than `limits.age`.
  void age(Loop::SteadyTime now);
  /// Nothing is known any more: live delivery was interrupted.
  void clear();
  /// Whoever has come to `position` lacks nothing but what is here and what is still to arrive. True of the end of a
  /// page that was read after live delivery had begun, and had nothing after it.
  void confirm(const FeedPosition& position);

  [[nodiscard]] bool covers(const FeedPosition& position) const { return from_ && position.covers(*from_); }
  /// The first event after `position`; null: none yet. Valid until the next change.
  [[nodiscard]] const LiveFrame* after(const FeedPosition& position) const;
  /// Whether an event of this position, or of a later one, has arrived.
  [[nodiscard]] bool has_passed(std::size_t shard, StreamPosition at) const { return at <= last_.at(shard); }

 private:
  struct Kept {
    LiveFrame live;
    Loop::SteadyTime at;
  };
  void keep(LiveFrame live, Loop::SteadyTime now);
  void drop_first();

  RecentLimits limits_;
  std::deque<Kept> kept_;
  std::size_t bytes_ = 0;
  FeedPosition last_;                 ///< that arrived
  FeedPosition chain_;                ///< where those are who have taken it, after all else that is known
  FeedPosition dropped_;              ///< up to which all that was here is not any more
  std::optional<FeedPosition> from_;  ///< covered from here on
};

}  // namespace platen::relay
