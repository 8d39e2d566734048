// Those who wait for news of a job without a stream.
#include <algorithm>
#include <utility>

#include "relay/hub.hpp"

namespace platen::relay {

std::unique_ptr<Wait> Hub::wait(const JobId& job, Seq after, News news, std::function<void()> tell) {
  auto wait = std::make_unique<Wait>(*this, news, std::move(tell));
  ++stats_.waits;
  if (has_room_for(job))
    subscribe(*wait, job, after);
  else
    wait->hear();
  arm_tick();
  return wait;
}

std::unique_ptr<FeedWait> Hub::wait(FeedQuery query, std::function<void()> tell) {
  arm_tick();
  return std::make_unique<FeedWait>(loop_, feeds_, std::move(query), std::move(tell));
}

void Hub::forget(Wait& wait) {
  unsubscribe(wait);
  if (wait.is_told_) return;
  --stats_.waits;
  if (wait.has_heard_) std::replace(heard_.begin(), heard_.end(), &wait, static_cast<Wait*>(nullptr));
}

void Hub::tell_later(Wait& wait) {
  heard_.push_back(&wait);
  schedule_end_turn();
}

void Hub::tell_waits() {
  // By index: one that is told may go, and may be followed by one that hears at once.
  for (std::size_t i = 0; i < heard_.size(); ++i) {
    Wait* wait = std::exchange(heard_[i], nullptr);
    if (wait == nullptr) continue;
    --stats_.waits;
    wait->tell();
  }
  heard_.clear();
}

}  // namespace platen::relay
