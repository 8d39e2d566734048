// A FeedEvents whose every step the test takes: what Redis holds, what is on its way, what is lost.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "platen/feed.hpp"

namespace platen::test {

/// The feed of one tenant in one imagined Redis, over a connection of live messages and one of reads. Nothing arrives
/// but by `step_…`; as a FeedReader it answers at once. Positions are 1-0, 2-0 …
/// Threads: one.
class FakeFeed final : public FeedEvents, public FeedReader {
 public:
  /// Of one shard.
  explicit FakeFeed(std::size_t shard = 0) : shard_(shard) {}

  // --- What Redis holds.
  FeedEvent publish(EventKind kind);
  /// Drops all but the last `kept` events.
  void trim(std::size_t kept);
  /// As after a power cut: the last `count` events never were. Both connections are lost.
  void undo(std::size_t count);
  [[nodiscard]] const std::deque<FeedEvent>& events() const noexcept { return events_; }

  // --- What arrives. Each is false when there was nothing to do.
  bool step_live();         ///< one message or acknowledgement reaches the listener
  bool step_read();         ///< Redis answers the oldest request; the answer is under way
  bool step_read_answer();  ///< the oldest answer arrives
  void settle();
  /// The live connection breaks: what was under way is gone. `step_live` then makes it anew.
  void lose_live();
  void lose_reads();

  // --- The ports
  void listen(FeedListener& listener) override { listener_ = &listener; }
  void watch_feed(const Tenant& tenant) override;
  void unwatch_feed(const Tenant& tenant) override;
  void read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after, std::size_t most, Read done) override;
  [[nodiscard]] Result<FeedPage> read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after,
                                           std::size_t most) override;

  bool is_up = true;      ///< whether it answers as a FeedReader
  std::size_t reads = 0;  ///< that were asked for
  [[nodiscard]] bool is_watched() const noexcept { return !watched_.empty(); }

 private:
  struct Request {
    std::optional<FeedPosition> after;
    std::size_t most = 0;
    Read done;
  };
  struct Answer {
    Read done;
    Result<FeedPage> page;
  };
  struct Acknowledgement {
    Tenant tenant;
  };

  [[nodiscard]] FeedPage page(const std::optional<FeedPosition>& wanted, std::size_t most) const;
  [[nodiscard]] StreamPosition place_of(const FeedEvent& event) const { return event.position.at(shard_); }

  std::size_t shard_;
  FeedListener* listener_ = nullptr;
  std::deque<FeedEvent> events_;
  std::uint64_t added_ = 0;    ///< to what Redis holds now
  std::uint64_t last_ms_ = 0;  ///< the clock: it goes on whatever is undone
  StreamPosition last_;
  std::set<Tenant> watched_;
  std::deque<std::variant<Acknowledgement, FeedEvent>> live_;
  std::deque<Request> requests_;
  std::deque<Answer> answers_;
};

}  // namespace platen::test
