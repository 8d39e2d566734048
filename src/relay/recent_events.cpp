#include "relay/recent_events.hpp"

#include <algorithm>
#include <utility>

namespace platen::relay {

void RecentEvents::keep(LiveFrame live, Loop::SteadyTime now) {
  bytes_ += live.after.frame->bytes.size();
  kept_.push_back({std::move(live), now});
  while (kept_.size() > limits_.events || (bytes_ > limits_.bytes && kept_.size() > 1)) drop_first();
}

void RecentEvents::drop_first() {
  const LiveFrame& first = kept_.front().live;
  dropped_.set(first.shard, first.at);
  bytes_ -= first.after.frame->bytes.size();
  kept_.pop_front();
  if (from_) from_ = from_->joined(dropped_);
}

void RecentEvents::age(Loop::SteadyTime now) {
  while (!kept_.empty() && now - kept_.front().at >= limits_.age) drop_first();
}

void RecentEvents::clear() {
  kept_.clear();
  bytes_ = 0;
  last_ = chain_ = dropped_ = {};
  from_.reset();
}

void RecentEvents::confirm(const FeedPosition& position) {
  if (!position.covers(dropped_)) return;
  from_ = from_ ? from_->met(position) : position;
  chain_ = chain_.joined(position);
}

const LiveFrame* RecentEvents::after(const FeedPosition& position) const {
  // Whoever has come past an event's place in the chain has seen all up to it. Of those that follow, a reader that took
  // another way may have seen some too.
  const auto from = std::partition_point(kept_.begin(), kept_.end(),
                                         [&](const Kept& kept) { return position.covers(kept.live.after.position); });
  const auto found =
      std::find_if(from, kept_.end(), [&](const Kept& kept) { return kept.live.at > position.at(kept.live.shard); });
  return found == kept_.end() ? nullptr : &found->live;
}

}  // namespace platen::relay
