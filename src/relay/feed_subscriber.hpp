// One reader of a tenant's feed, as the feed's relay sees it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "platen/feed.hpp"
#include "relay/recent_events.hpp"

namespace platen::relay {

/// Some of the kinds of events.
class EventKinds {
 public:
  [[nodiscard]] static EventKinds all() { return EventKinds(~0U); }
  [[nodiscard]] static EventKinds none() { return EventKinds(0); }
  void add(EventKind kind) noexcept { bits_ |= bit(kind); }
  [[nodiscard]] bool has(EventKind kind) const noexcept { return (bits_ & bit(kind)) != 0; }

 private:
  explicit EventKinds(std::uint32_t bits) : bits_(bits) {}
  static std::uint32_t bit(EventKind kind) noexcept { return std::uint32_t{1} << static_cast<unsigned>(kind); }
  std::uint32_t bits_;
};

/// What a reader wants of a feed.
struct FeedQuery {
  Tenant tenant;
  std::optional<FeedPosition> after;  ///< nullopt: from now on
  EventKinds kinds = EventKinds::all();
};

struct WatchedFeed;

/// Is offered the events of a feed in their order, each until it takes it: at its own pace. A relay borrows it from
/// `FeedRelay::subscribe` until `unsubscribe`; it must call neither from within `offer`.
/// Threads: the hub's loop.
class FeedSubscriber {
 public:
  explicit FeedSubscriber(FeedQuery query) : query_(std::move(query)), position_(query_.after) {}
  FeedSubscriber(const FeedSubscriber&) = delete;
  FeedSubscriber& operator=(const FeedSubscriber&) = delete;
  virtual ~FeedSubscriber() = default;

  /// False where there is no room now: it is offered again after `FeedRelay::resume`.
  [[nodiscard]] virtual bool offer(const FeedFrame& frame) = 0;
  /// All up to here was taken, or is of a kind that is not wanted; nullopt: not known yet.
  [[nodiscard]] const std::optional<FeedPosition>& position() const noexcept { return position_; }

 private:
  friend class FeedRelay;
  FeedQuery query_;
  std::optional<FeedPosition> position_;
  std::deque<FeedFrame> page_;            ///< read for it alone, and not taken yet
  std::optional<FeedPosition> page_end_;  ///< where it is when it has taken these
  WatchedFeed* feed_ = nullptr;
  std::uint64_t ticket_ = 0;  ///< of the read that is under way; 0: none
  std::uint64_t epoch_ = 0;   ///< of the feed, when that was asked for
};

}  // namespace platen::relay
