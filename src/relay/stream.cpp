#include "relay/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "relay/hub.hpp"

namespace platen::relay {

namespace {

/// Frames in one sendmsg; a whole history of 200 goes out in four.
constexpr std::size_t frames_a_send = 64;
constexpr std::size_t input_chunk_bytes = std::size_t{16} * 1024;

}  // namespace

void Stream::watch(Loop& loop, Loop::Watch watch, const StreamLimits& limits) {
  // Each of these only bounds waste: a socket that refuses one (a local one, in tests) still works.
  const int send_buffer = limits.send_buffer_bytes;
  const auto user_timeout = static_cast<unsigned>(limits.user_timeout.count());
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout);
  watch_ = watch ? std::move(watch) : loop.watch(socket_.get(), Interest::read, *this);
  watch_.tell(this);
}

bool Stream::has_room(const Frame& frame) const {
  return pending_.empty() || pending_bytes_ + frame.bytes.size() <= hub_.options_.stream.pending_bytes;
}

void Stream::deliver(const Notice& notice) { send(notice.in(websocket_ ? Form::websocket : Form::sse)); }

void Stream::send(const FramePtr& frame) {
  if (state_ != State::open) return;
  if (frame->kind == FrameKind::heartbeat && !pending_.empty()) return;
  if (!has_room(*frame) && !wants_write_) (void)send_pending();
  if (!has_room(*frame)) drop_progress(frame->kind);
  if (state_ == State::open && !has_room(*frame) && frame->kind != FrameKind::terminal) return cut_slow();
  if (state_ == State::open) {
    put(frame);
    ++hub_.stats_.frames;
  }
  hub_.mark_dirty(*this);
}

void Stream::put(const FramePtr& frame) {
  pending_.push_back(frame);
  pending_bytes_ += static_cast<std::uint32_t>(frame->bytes.size());
}

void Stream::cut_slow() {
  ++hub_.stats_.slow_disconnects;
  hub_.mark_dirty(*this);
  if (!websocket_) {
    state_ = State::broken;
    return;
  }
  while (pending_.size() > (first_sent_ > 0 ? 1U : 0U)) {
    const std::size_t last = pending_.size() - 1;
    pending_bytes_ -= static_cast<std::uint32_t>(pending_[last].bytes.size());
    pending_.erase(last);
  }
  end(CloseCode::try_again);
}

void Stream::drop_progress(FrameKind newer) {
  bool keep_next = newer != FrameKind::progress;
  // From the newest to the oldest; one that has been sent in part must be sent whole.
  for (std::size_t i = pending_.size(); i-- > (first_sent_ > 0 ? 1U : 0U);) {
    if (pending_[i].kind != FrameKind::progress) continue;
    if (std::exchange(keep_next, false)) continue;
    pending_bytes_ -= static_cast<std::uint32_t>(pending_[i].bytes.size());
    pending_.erase(i);
    ++hub_.stats_.dropped_progress;
  }
}

void Stream::finish() { end(CloseCode::normal); }

void Stream::end(CloseCode code) {
  end_with(websocket_ ? make_frame(FrameKind::terminal, websocket_close(code, {})) : nullptr);
}

void Stream::end_with(const FramePtr& last) {
  if (state_ == State::open) {
    if (last) put(last);
    state_ = State::finishing;
    if (websocket_) renew_interest();  // whoever was not read is now, to notice that it closes
  }
  hub_.mark_dirty(*this);
}

void Stream::part_ended() {
  if (--parts_->open > 0) return;
  send(end_frame());
  finish();
}

Stream::Offer Stream::offer_pending() const {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  const std::string& first = pending_[0].bytes;
  if (pending_.size() == 1) {  // most often: a fan-out is that one frame for everybody
    const std::size_t length = first.size() - first_sent_;
    return {.frames = 1, .bytes = length, .taken = ::send(socket_.get(), first.data() + first_sent_, length, flags)};
  }
  std::array<iovec, frames_a_send> parts;
  Offer offer{.frames = std::min(pending_.size(), parts.size())};
  for (std::size_t i = 0; i < offer.frames; ++i) {
    const std::string& bytes = pending_[i].bytes;
    const std::size_t skip = i == 0 ? first_sent_ : 0;
    parts[i] = {.iov_base = const_cast<char*>(bytes.data() + skip), .iov_len = bytes.size() - skip};
    offer.bytes += parts[i].iov_len;
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = offer.frames;
  offer.taken = ::sendmsg(socket_.get(), &message, flags);
  return offer;
}

bool Stream::send_pending() {
  bool took_some = false;
  while (!pending_.empty()) {
    const Offer offer = offer_pending();
    const ssize_t sent = offer.taken;
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) state_ = State::broken;
      return took_some;
    }
    took_some = true;
    ++hub_.stats_.sends;
    pending_bytes_ -= static_cast<std::uint32_t>(sent);
    std::size_t left = static_cast<std::size_t>(sent) + first_sent_;
    std::size_t whole = 0;
    while (whole < offer.frames && left >= pending_[whole].bytes.size()) left -= pending_[whole++].bytes.size();
    first_sent_ = static_cast<std::uint32_t>(left);
    pending_.erase_first(whole);
    if (static_cast<std::size_t>(sent) < offer.bytes) return took_some;
  }
  return took_some;
}

void Stream::await_room() {
  if (std::exchange(wants_write_, true)) return;
  renew_interest();
}

void Stream::renew_interest() {
  const bool reads = !websocket_ || !websocket_->channel || !websocket_->channel->is_busy() || !is_open();
  if (!watch_) return;
  if (wants_write_)
    watch_.set(reads ? Interest::both : Interest::write);
  else
    watch_.set(reads ? Interest::read : Interest::none);
}

bool Stream::beat() {
  if (!websocket_) {
    if (!feed_)
      send(hub_.heartbeat_);
    else if (feed_->goes_on())
      send(feed_->heartbeat());
    return true;
  }
  constexpr int most_unanswered = 2;
  if (websocket_->channel && websocket_->channel->is_busy()) websocket_->unanswered_pings = 0;  // it is we who are slow
  if (websocket_->unanswered_pings == most_unanswered) return false;
  ++websocket_->unanswered_pings;
  send(hub_.ping_);
  return true;
}

// --- What the client says ----------------------------------------------------------------------------

void Stream::on_ready(Readiness ready) {
  if (ready.hangup) return hub_.close(*this);
  if (ready.writable) {
    wants_write_ = false;
    renew_interest();
    hub_.mark_dirty(*this);
  }
  if (ready.readable) read();
}

void Stream::read() {
  std::array<char, input_chunk_bytes> chunk;
  const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return hub_.close(*this);
  const auto count = static_cast<std::size_t>(got);
  if (websocket_ && is_open())
    hear({chunk.data(), count});
  else
    ignore(count);
}

void Stream::ignore(std::size_t bytes) {
  ignored_bytes_ += static_cast<std::uint32_t>(bytes);
  if (ignored_bytes_ <= hub_.options_.stream.ignored_input_bytes) return;
  if (websocket_ && is_open()) return end(CloseCode::policy);
  hub_.close(*this);
}

void Stream::hear(std::string_view bytes) {
  websocket_->unanswered_pings = 0;
  Heard heard = websocket_->reader.read(bytes);
  if (websocket_->channel)
    websocket_->channel->hear(std::move(heard.messages));
  else
    for (const std::string& message : heard.messages) ignore(message.size() + 1);
  if (heard.is_over)
    end_with(make_frame(FrameKind::terminal, std::move(heard.answers)));
  else if (!heard.answers.empty())
    send(make_frame(FrameKind::essential, std::move(heard.answers)));
  hub_.count_incoming(*this);
  hub_.note_unfinished(*this, bytes.size(), heard.began);
}

void Stream::close() {
  state_ = State::closed;
  watch_.reset();
  socket_.reset();
  pending_.clear();
}

}  // namespace platen::relay
