#include "relay/channel.hpp"

#include <utility>

#include "relay/hub.hpp"

namespace platen::relay {

void ChannelPart::deliver(const Notice& notice) {
  saw_end_ = saw_end_ || notice.kind() == FrameKind::terminal;
  channel_.stream_.send(notice.in(Form::websocket));
}

void ChannelPart::finish() {
  is_finished_ = true;
  // Its end was seen before, or it is gone: without a word the client would wait for ever.
  if (!saw_end_) channel_.say(encode_message(job_, std::nullopt, end_id, "{}"));
  channel_.finished_.push_back(job_);
  channel_.hub_.mark_dirty(channel_.stream_);
}

Channel::Channel(Hub& hub, Stream& stream, const MakeHandler& make_handler)
    : hub_(hub), stream_(stream), handler_(make_handler(*this)) {}

Channel::~Channel() = default;

// --- What the handler does -----------------------------------------------------------------------------

void Channel::say(std::string_view text) { stream_.send(make_frame(FrameKind::essential, websocket_text(text))); }

void Channel::watch(const JobId& job, Seq after) {
  forget_finished();
  if (!stream_.is_open() || is_draining_ || parts_.size() >= most_jobs) return;
  const auto [part, is_new] = parts_.try_emplace(job, *this, job);
  if (is_new) hub_.subscribe(part->second, job, after);
}

void Channel::unwatch(const JobId& job) {
  const auto part = parts_.find(job);
  if (part == parts_.end()) return;
  hub_.unsubscribe(part->second);
  parts_.erase(part);
}

bool Channel::has_room() const { return parts_.size() < most_jobs && hub_.jobs_.size() < hub_.options_.max_jobs; }

bool Channel::watches(const JobId& job) const {
  const auto part = parts_.find(job);
  return part != parts_.end() && !part->second.is_finished_;
}

void Channel::done() {
  is_acting_ = false;
  if (is_draining_) return stream_.end(CloseCode::going_away);
  offer();
  hub_.count_incoming(stream_);
  stream_.renew_interest();
}

// --- What the stream and the hub do --------------------------------------------------------------------

void Channel::hear(std::vector<std::string> messages) {
  for (std::string& message : messages) messages_.push_back(std::move(message));
  offer();
  stream_.renew_interest();
}

void Channel::offer() {
  if (is_acting_ || messages_.empty()) return;
  is_acting_ = handler_->take(messages_.front());
  if (is_acting_)
    messages_.pop_front();
  else
    hub_.offer_again(stream_);
}

void Channel::forget_finished() {
  for (const JobId& job : std::exchange(finished_, {})) {
    const auto part = parts_.find(job);
    if (part == parts_.end() || !part->second.is_finished_) continue;
    unwatch(job);
  }
}

void Channel::leave() {
  for (auto& [job, part] : parts_) hub_.unsubscribe(part);
  parts_.clear();
  messages_.clear();
}

void Channel::drain() {
  is_draining_ = true;
  leave();
  if (!is_acting_) stream_.end(CloseCode::going_away);
}

std::size_t Channel::held_bytes() const {
  std::size_t bytes = 0;
  for (const std::string& message : messages_) bytes += message.size();
  return bytes;
}

}  // namespace platen::relay
