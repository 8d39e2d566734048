#include "relay/feed_stream.hpp"

#include <utility>

#include "relay/feed_relay.hpp"
#include "relay/stream.hpp"

namespace platen::relay {

bool FeedPart::offer(const FeedFrame& frame) {
  if (!stream_.is_open() || !goes_on() || !stream_.has_room(*frame.frame)) return false;
  stream_.send(frame.frame);
  return true;
}

bool FeedPart::goes_on() {
  if (!may_go_on_ || may_go_on_()) return true;
  stream_.end(CloseCode::policy);
  return false;
}

FramePtr FeedPart::heartbeat() const {
  std::string bytes(heartbeat_bytes);
  if (position()) bytes += encode_position(*position());
  return make_frame(FrameKind::heartbeat, std::move(bytes));
}

FeedWait::FeedWait(Loop& loop, FeedRelay& relay, FeedQuery query, std::function<void()> tell)
    : FeedSubscriber(std::move(query)), loop_(loop), relay_(relay), tell_(std::move(tell)) {
  relay_.subscribe(*this);
}

FeedWait::~FeedWait() { relay_.unsubscribe(*this); }

bool FeedWait::offer(const FeedFrame& frame) {
  if (!frame.kind) return true;
  if (!telling_)
    telling_ = loop_.after(std::chrono::milliseconds(0), [this] {
      const auto tell = std::move(tell_);
      tell();
    });
  return false;
}

}  // namespace platen::relay
