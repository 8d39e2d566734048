#include "relay/feed_relay.hpp"

#include <utility>

#include "base/log.hpp"

namespace platen::relay {

FeedRelay::FeedRelay(Loop& loop, FeedEvents& events, const NoticeMaker& notices, FeedRelayOptions options)
    : loop_(loop), events_(events), notices_(notices), options_(options) {
  events_.listen(*this);
}

void FeedRelay::subscribe(FeedSubscriber& subscriber) {
  const auto [entry, is_new] = feeds_.try_emplace(subscriber.query_.tenant, options_.recent);
  WatchedFeed& feed = entry->second;
  feed.tenant = &entry->first;
  feed.subscribers.insert(&subscriber);
  subscriber.feed_ = &feed;
  if (is_new) events_.watch_feed(*feed.tenant);
  pump(subscriber);
}

void FeedRelay::unsubscribe(FeedSubscriber& subscriber) {
  WatchedFeed* const feed = std::exchange(subscriber.feed_, nullptr);
  if (feed == nullptr) return;
  reading_.erase(subscriber.ticket_);
  failed_.erase(&subscriber);
  feed->subscribers.erase(&subscriber);
  feed->left_at = loop_.now();
}

// --- To the readers ----------------------------------------------------------------------------------

bool FeedRelay::offer(FeedSubscriber& subscriber, const FeedFrame& frame) {
  const bool is_wanted = !frame.kind || frame.kind == EventKind::reset || subscriber.query_.kinds.has(*frame.kind);
  if (is_wanted && !subscriber.offer(frame)) return false;
  subscriber.position_ = frame.position;
  return true;
}

bool FeedRelay::offer(FeedSubscriber& subscriber, const LiveFrame& live) {
  FeedPosition position = *subscriber.position_;
  position.set(live.shard, live.at);
  if (position == live.after.position) return offer(subscriber, live.after);
  FramePtr own = with_position(*live.after.frame, position);
  return offer(subscriber, FeedFrame{std::move(position), live.after.kind, std::move(own)});
}

void FeedRelay::pump(FeedSubscriber& subscriber) {
  WatchedFeed& feed = *subscriber.feed_;
  for (; !subscriber.page_.empty(); subscriber.page_.pop_front())
    if (!offer(subscriber, subscriber.page_.front())) return;
  if (subscriber.page_end_) subscriber.position_ = std::exchange(subscriber.page_end_, std::nullopt);
  if (!feed.is_live || subscriber.ticket_ != 0) return;
  if (!subscriber.position_ || !feed.recent.covers(*subscriber.position_)) return read(subscriber);
  while (const LiveFrame* const next = feed.recent.after(*subscriber.position_))
    if (!offer(subscriber, *next)) return;
}

void FeedRelay::pump_all(WatchedFeed& feed) {
  for (FeedSubscriber* const subscriber : feed.subscribers) pump(*subscriber);
}

// --- What was ----------------------------------------------------------------------------------------

void FeedRelay::read(FeedSubscriber& subscriber) {
  if (failed_.count(&subscriber) > 0) return;
  const std::uint64_t ticket = ++last_ticket_;
  subscriber.ticket_ = ticket;
  subscriber.epoch_ = subscriber.feed_->epoch;
  reading_.emplace(ticket, &subscriber);
  events_.read_feed(*subscriber.feed_->tenant, subscriber.position_, options_.page_events,
                    [this, ticket](const Result<FeedPage>& page) { on_read(ticket, page); });
}

void FeedRelay::on_read(std::uint64_t ticket, const Result<FeedPage>& page) {
  const auto found = reading_.find(ticket);
  if (found == reading_.end()) return;
  FeedSubscriber& subscriber = *found->second;
  reading_.erase(found);
  subscriber.ticket_ = 0;
  if (!page) {
    if (failed_.empty()) {  // one line and one wait for all that fail together
      log_line(spdlog::level::warn, "no history of a feed now; trying again", {{"reason", page.error().detail}});
      retry_at_ = loop_.now() + options_.read_retry;
    }
    failed_.insert(&subscriber);
    return;
  }
  take_page(subscriber, *page);
  WatchedFeed& feed = *subscriber.feed_;
  if (!page->has_more && feed.is_live && subscriber.epoch_ == feed.epoch) feed.recent.confirm(page->end);
  pump(subscriber);
}

void FeedRelay::take_page(FeedSubscriber& subscriber, const FeedPage& page) {
  const Tenant& tenant = *subscriber.feed_->tenant;
  if (!subscriber.position_) {
    subscriber.page_.push_back({page.end, std::nullopt, make_frame(FrameKind::essential, encode_position(page.end))});
  } else if (page.has_lost) {
    const FeedPosition from = page.events.empty() ? page.end : *subscriber.position_;
    const TimePoint at = (page.events.empty() ? page.end : page.events.front().position).time();
    subscriber.page_.push_back({from, EventKind::reset, NoticeMaker::feed_reset(from, at)});
  }
  for (const FeedEvent& event : page.events)
    subscriber.page_.push_back({event.position, event.kind, notices_.feed_event(tenant, event, event.position)});
  subscriber.page_end_ = page.end;
}

// --- What happens ------------------------------------------------------------------------------------

void FeedRelay::on_feed_subscribed(const Tenant& tenant) {
  const auto found = feeds_.find(tenant);
  if (found == feeds_.end()) return;
  WatchedFeed& feed = found->second;
  feed.recent.clear();
  feed.is_live = true;
  ++feed.epoch;
  pump_all(feed);
}

void FeedRelay::on_feed_event(const Tenant& tenant, FeedEvent event) {
  const auto found = feeds_.find(tenant);
  if (found == feeds_.end() || !found->second.is_live) return;
  WatchedFeed& feed = found->second;
  const std::size_t shard = shard_of(event.job);
  const StreamPosition at = event.position.at(shard);
  if (feed.recent.has_passed(shard, at)) {  // Redis has begun this feed anew: what it is now has to be read
    feed.recent.clear();
    ++feed.epoch;
  } else {
    feed.recent.add(shard, at, loop_.now(), [&](const FeedPosition& position) {
      return FeedFrame{position, event.kind, notices_.feed_event(tenant, event, position)};
    });
  }
  pump_all(feed);
}

void FeedRelay::on_feeds_lost() {
  for (auto& [tenant, feed] : feeds_) {
    feed.is_live = false;
    feed.recent.clear();
  }
}

void FeedRelay::tick() {
  if (!failed_.empty() && loop_.now() >= retry_at_)
    for (FeedSubscriber* const subscriber : std::exchange(failed_, {})) pump(*subscriber);
  for (auto next = feeds_.begin(); next != feeds_.end();) {
    WatchedFeed& feed = next->second;
    feed.recent.age(loop_.now());
    if (feed.subscribers.empty() && loop_.now() - feed.left_at >= options_.unwatch_after) {
      events_.unwatch_feed(*feed.tenant);
      next = feeds_.erase(next);
    } else {
      ++next;
    }
  }
}

}  // namespace platen::relay
