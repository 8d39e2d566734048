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
  FeedPosition position;
  std::optional<EventKind> kind;
  FramePtr frame;
};

struct RecentLimits {
  std::size_t events = 1024;
  std::size_t bytes = std::size_t{512} * 1024;
  std::chrono::milliseconds age = std::chrono::seconds(30);  ///< the links in them are to be fresh
};

/// What arrived live, in its order, and from which position on nothing is missing in it. Who is farther behind reads
/// the feed itself.
/// Threads: the hub's loop.
class RecentEvents {
 public:
  explicit RecentEvents(RecentLimits limits) : limits_(limits) {}

  void add(FeedFrame frame, Loop::SteadyTime now);
  /// Drops what is older than `limits.age`.
  void age(Loop::SteadyTime now);
  /// Nothing is known any more: live delivery was interrupted.
  void clear();
  /// Whoever has come to `position` lacks nothing but what is here and what is still to arrive. True of the end of a
  /// page that was read after live delivery had begun, and had nothing after it.
  void confirm(FeedPosition position);

  [[nodiscard]] bool covers(FeedPosition position) const noexcept { return from_ && position >= *from_; }
  /// The first event after `position`; null: none yet. Valid until the next change.
  [[nodiscard]] const FeedFrame* after(FeedPosition position) const;
  /// Of the last that arrived.
  [[nodiscard]] FeedPosition last() const noexcept { return last_; }

 private:
  struct Kept {
    FeedFrame frame;
    Loop::SteadyTime at;
  };
  void drop_first();

  RecentLimits limits_;
  std::deque<Kept> kept_;
  std::size_t bytes_ = 0;
  FeedPosition last_;
  FeedPosition dropped_;              ///< the last that was here and is not any more
  std::optional<FeedPosition> from_;  ///< covered from here on
};

}  // namespace platen::relay
