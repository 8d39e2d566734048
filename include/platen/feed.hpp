// A tenant's feed: what happens to all its jobs, in one order, for any number of readers.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platen/error.hpp"
#include "platen/event.hpp"
#include "platen/time.hpp"

namespace platen {

/// Behind an event of one shard's feed, or behind a moment.
struct StreamPosition {
  std::uint64_t ms = 0;
  std::uint64_t number = 0;
  friend auto operator<=>(const StreamPosition&, const StreamPosition&) = default;

  [[nodiscard]] std::string text() const { return std::to_string(ms) + "-" + std::to_string(number); }
};
/// The inverse of `text`; nullopt for any other text.
[[nodiscard]] std::optional<StreamPosition> parse_stream_position(std::string_view text);

/// How far a reader has come in a tenant's feed: a position on each shard, for each has an order of its own. Opaque to
/// clients. A value.
class FeedPosition {
 public:
  /// Before all that there is.
  [[nodiscard]] static FeedPosition beginning() { return {}; }
  /// Before what happened at `time` and later.
  [[nodiscard]] static FeedPosition before(TimePoint time);
  /// On one shard; on all others at the beginning.
  [[nodiscard]] static FeedPosition on(std::size_t shard, StreamPosition position);

  [[nodiscard]] StreamPosition at(std::size_t shard) const {
    return shard < stated_.size() ? stated_[shard] : elsewhere_;
  }
  void set(std::size_t shard, StreamPosition position);
  /// Whether whoever is here has seen all that lies before `other`.
  [[nodiscard]] bool covers(const FeedPosition& other) const;
  /// Where both have come; how far at least one has.
  [[nodiscard]] FeedPosition met(const FeedPosition& other) const;
  [[nodiscard]] FeedPosition joined(const FeedPosition& other) const;
  /// Of the last event before it; of a moment that moment.
  [[nodiscard]] TimePoint time() const;

  /// `<ms>-<number>` for each shard, with dots between, up to the last that is not at its beginning.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const FeedPosition&, const FeedPosition&) = default;

 private:
  template <class Choose>
  [[nodiscard]] FeedPosition combined(const FeedPosition& other, Choose choose) const;
  void trim();

  std::vector<StreamPosition> stated_;  ///< of the first shards; the last differs from `elsewhere_`
  StreamPosition elsewhere_;            ///< on all others
};
/// The inverse of `text`; nullopt for any other text.
[[nodiscard]] std::optional<FeedPosition> parse_feed_position(std::string_view text);

/// One event where it stands in the feed; all kinds but progress. `data` as in Event. The position of an event that is
/// told live is that on its job's shard alone.
struct FeedEvent {
  FeedPosition position;
  JobId job;
  EventKind kind = EventKind::queued;
  std::string data;
  friend bool operator==(const FeedEvent&, const FeedEvent&) = default;
};

/// Some of the feed after a position.
struct FeedPage {
  std::vector<FeedEvent> events;  ///< positions ascending; of different shards about by time
  FeedPosition end;               ///< where to read on
  bool has_more = false;          ///< there was more at once
  bool has_lost = false;          ///< events before these, after the position, may be gone: trimmed, or undone by Redis
};

/// Reads feeds. Threads: any.
class FeedReader {
 public:
  virtual ~FeedReader() = default;
  /// At most `most` events after the position; without one none, and `end` is the feed's.
  [[nodiscard]] virtual Result<FeedPage> read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after,
                                                   std::size_t most) = 0;
};

/// What a watcher of feeds is told, as a JobEventsListener is.
class FeedListener {
 public:
  virtual ~FeedListener() = default;
  /// Live delivery has begun (or begun anew): whatever is published from here on will arrive.
  virtual void on_feed_subscribed(const Tenant& tenant) = 0;
  virtual void on_feed_event(const Tenant& tenant, FeedEvent event) = 0;
  /// The connection was lost; `on_feed_subscribed` follows for each watched feed once it is back.
  virtual void on_feeds_lost() = 0;
};

/// Live feeds and their history. Threads: the loop's only; never blocks.
class FeedEvents {
 public:
  using Read = std::function<void(Result<FeedPage>)>;
  virtual ~FeedEvents() = default;
  /// The one listener; borrowed. Set once, before the first watch.
  virtual void listen(FeedListener& listener) = 0;
  /// Counted by the caller, so called once per tenant.
  virtual void watch_feed(const Tenant& tenant) = 0;
  virtual void unwatch_feed(const Tenant& tenant) = 0;
  /// As FeedReader has it; `done` is called exactly once, later.
  virtual void read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after, std::size_t most,
                         Read done) = 0;
};

/// Keeps feeds to their time. Threads: any.
class FeedJanitor {
 public:
  virtual ~FeedJanitor() = default;
  /// Drops the events that are too old; says how many feeds there are.
  [[nodiscard]] virtual Result<std::uint32_t> trim_feeds() = 0;
};

}  // namespace platen
