#include "relay/recent_events.hpp"

#include <algorithm>
#include <utility>

namespace platen::relay {

void RecentEvents::add(FeedFrame frame, Loop::SteadyTime now) {
  last_ = frame.position;
  bytes_ += frame.frame->bytes.size();
  kept_.push_back({std::move(frame), now});
  while (kept_.size() > limits_.events || (bytes_ > limits_.bytes && kept_.size() > 1)) drop_first();
}

void RecentEvents::drop_first() {
  dropped_ = kept_.front().frame.position;
  bytes_ -= kept_.front().frame.frame->bytes.size();
  kept_.pop_front();
  if (from_) from_ = std::max(*from_, dropped_);
}

void RecentEvents::age(Loop::SteadyTime now) {
  while (!kept_.empty() && now - kept_.front().at >= limits_.age) drop_first();
}

void RecentEvents::clear() {
  kept_.clear();
  bytes_ = 0;
  last_ = dropped_ = {};
  from_.reset();
}

void RecentEvents::confirm(FeedPosition position) {
  if (position >= dropped_) from_ = from_ ? std::min(*from_, position) : position;
}

const FeedFrame* RecentEvents::after(FeedPosition position) const {
  const auto found = std::upper_bound(kept_.begin(), kept_.end(), position, [](FeedPosition wanted, const Kept& kept) {
    return wanted < kept.frame.position;
  });
  return found == kept_.end() ? nullptr : &found->frame;
}

}  // namespace platen::relay
