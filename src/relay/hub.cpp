#include "relay/hub.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace platen::relay {

using std::chrono::milliseconds;

namespace {

/// The tick serves every wait of the hub; it is a share of the shortest, within these.
constexpr milliseconds shortest_tick{5};
constexpr milliseconds longest_tick{500};
/// Of one heartbeat period: so many ticks, over which the heartbeats of a crowd are spread.
constexpr int ticks_a_heartbeat = 32;
constexpr std::size_t least_beats_a_tick = 64;
constexpr int ticks_a_window = 8;     // of a message's least rate
constexpr int notes_a_heartbeat = 8;  // of a stream's activity, at most: most sends need none

}  // namespace

Hub::Hub(Loop& loop, const EventSources& sources, const LinkSigner& signer, HubOptions options)
    : loop_(loop),
      events_(sources.jobs),
      options_(std::move(options)),
      notices_(signer, options_.public_url),
      feeds_(loop, sources.feeds, notices_,
             {.read_retry = options_.replay_retry, .unwatch_after = options_.unwatch_after}),
      heartbeat_(make_frame(FrameKind::heartbeat, std::string(heartbeat_bytes))),
      ping_(make_frame(FrameKind::heartbeat, websocket_ping())),
      random_(std::random_device{}()) {
  events_.listen(*this);
}

Hub::~Hub() = default;

// --- Streams come and go ---------------------------------------------------------------------------

std::string Hub::retry() {
  std::uniform_int_distribution<milliseconds::rep> share(options_.retry_min.count(), options_.retry_max.count());
  return encode_retry(milliseconds(share(random_)));
}

std::string Hub::head(const std::string& head_fields, Protocol protocol) {
  constexpr std::string_view event_stream =
      "HTTP/1.1 200 OK\r\n"
      "Content-Type: text/event-stream; charset=utf-8\r\n"
      "Cache-Control: no-store, no-transform\r\n"
      "X-Accel-Buffering: no\r\n"
      "Connection: close\r\n";
  constexpr std::string_view websocket =
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n";
  std::string head;
  head.reserve(event_stream.size() + head_fields.size() + 32);  // with `retry`
  head.append(protocol == Protocol::sse ? event_stream : websocket);
  head.append(head_fields).append("\r\n");
  return protocol == Protocol::sse ? head.append(retry()) : head;
}

void Hub::adopt(Connected client, const JobsStreamRequest& request) {
  if (is_full() || jobs_.size() + request.jobs.size() > options_.max_jobs)
    return refuse(std::move(client), request.head_fields);
  // All in one frame: that always has room, however many they are.
  std::string first = head(request.head_fields, Protocol::sse);
  for (const Job& job : request.jobs) first += notices_.present(job).in(Form::sse)->bytes;
  Stream& stream = open(std::move(client), std::move(first));
  stream.may_go_on_ = request.may_go_on;
  stream.parts_ = std::make_unique<JobParts>();
  stream.parts_->open = 1;  // until all are there
  for (const Job& job : request.jobs) {
    if (has_ended(job.state)) continue;
    ++stream.parts_->open;
    subscribe(stream.parts_->all.emplace_back(stream), job.id, job.seq);
  }
  stream.part_ended();
}

void Hub::adopt(Connected client, const FeedStreamRequest& request) {
  if (is_full()) return refuse(std::move(client), request.head_fields);
  Stream& stream = open(std::move(client), head(request.head_fields, Protocol::sse));
  stream.feed_ = std::make_unique<FeedPart>(stream, request.query, request.may_go_on);
  feeds_.subscribe(*stream.feed_);
}

void Hub::adopt(Connected client, const ChannelRequest& request) {
  if (is_full()) return refuse(std::move(client), request.head_fields, Protocol::websocket);
  Stream& stream = open(std::move(client), head(request.head_fields, Protocol::websocket));
  stream.websocket_ = std::make_unique<WebSocket>(options_.stream.message_bytes);
  stream.websocket_->channel = std::make_unique<Channel>(*this, stream, request.make_handler);
  stream.hear(request.input);
}

void Hub::refuse(Connected client, const std::string& head_fields, Protocol protocol) {
  Stream& stream = open(std::move(client), head(head_fields, protocol));
  if (protocol == Protocol::websocket) stream.websocket_ = std::make_unique<WebSocket>(0);
  stream.end(draining_ ? CloseCode::going_away : CloseCode::try_again);
}

Stream& Hub::open(Connected client, std::string first_bytes) {
  Stream& stream = open_.emplace_back(*this, std::move(client.socket));
  stream.self_ = std::prev(open_.end());
  stream.active_ = loop_.now();
  stream.watch(loop_, std::move(client.watch), options_.stream);
  stream.send(make_frame(FrameKind::essential, std::move(first_bytes)));
  arm_tick();
  return stream;
}

void Hub::release(Stream& stream) {
  unsubscribe(stream);
  if (stream.feed_) {
    feeds_.unsubscribe(*stream.feed_);
    stream.feed_.reset();
  }
  if (stream.parts_) {
    for (JobPart& part : stream.parts_->all) unsubscribe(part);
    stream.parts_.reset();
  }
  if (!stream.websocket_) return;
  forget_unfinished(stream);
  if (stream.websocket_->channel) stream.websocket_->channel->leave();
  incoming_bytes_ -= std::exchange(stream.websocket_->counted_bytes, 0);
  stalled_.erase(std::remove(stalled_.begin(), stalled_.end(), &stream), stalled_.end());
}

void Hub::count_incoming(Stream& stream) {
  WebSocket& socket = *stream.websocket_;
  if (!stream.is_open()) return;
  const std::size_t held = socket.reader.held_bytes() + (socket.channel ? socket.channel->held_bytes() : 0);
  incoming_bytes_ += held;
  incoming_bytes_ -= std::exchange(socket.counted_bytes, held);
  if (held > 0 && incoming_bytes_ > options_.incoming_bytes) stream.end(CloseCode::try_again);
}

void Hub::subscribe(Subscription& subscription, const JobId& id, Seq after) {
  const auto [entry, is_new] = jobs_.try_emplace(id, notices_);
  WatchedJob& job = entry->second;
  job.id = &entry->first;
  subscription.job_ = &job;
  job.feed.add(subscription, after);
  if (is_new) events_.watch(id);
  pump(job);
}

void Hub::unsubscribe(Subscription& subscription) {
  WatchedJob* job = std::exchange(subscription.job_, nullptr);
  if (job == nullptr) return;
  job->feed.remove(subscription);
  if (!job->feed.empty()) return;
  job->left_at = loop_.now();
  if (!std::exchange(job->is_left, true)) left_.push_back(*job->id);
}

void Hub::drain() {
  draining_ = true;
  for (Stream& stream : open_) {
    if (stream.websocket_ && stream.websocket_->channel) {
      stream.websocket_->channel->drain();  // what it acts on is answered first
      continue;
    }
    release(stream);
    if (!stream.websocket_) stream.send(make_frame(FrameKind::terminal, retry()));
    stream.end(CloseCode::going_away);
  }
}

Stats Hub::stats() const {
  Stats stats = stats_;
  stats.streams = open_.size() + ending_.size();
  stats.jobs = jobs_.size();
  return stats;
}

// --- What JobEvents says ---------------------------------------------------------------------------

void Hub::on_subscribed(const JobId& job) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  found->second.feed.on_subscribed();
  pump(found->second);
}

void Hub::on_event(Event event) {
  const auto found = jobs_.find(event.job);
  if (found == jobs_.end()) return;
  ++stats_.events;
  found->second.feed.on_event(std::move(event));
  pump(found->second);
}

void Hub::on_lost(const WhichJobs& which) {
  for (auto& [id, job] : jobs_)
    if (which(id)) job.feed.on_lost();
  lose_openings(which);
}

void Hub::on_back(const WhichJobs& which) {
  for (const auto& [id, job] : jobs_)
    if (which(id)) events_.watch(id);
}

void Hub::pump(WatchedJob& job) {
  const std::uint64_t ticket = last_ticket_ + 1;
  const std::optional<JobEvents::Span> span = job.feed.begin_replay(ticket);
  if (!span) return;
  last_ticket_ = ticket;
  ++stats_.replays;
  events_.replay(*job.id, *span,
                 [this, id = *job.id, ticket](const Result<Replay>& answer) { on_replay(id, ticket, answer); });
}

void Hub::on_replay(const JobId& id, std::uint64_t ticket, const Result<Replay>& answer) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  WatchedJob& job = found->second;
  if (job.feed.on_replay(ticket, answer)) return pump(job);
  if (failed_.empty()) {  // one line and one wait for all that fail together
    log_line(spdlog::level::warn, "no history of jobs' events now; trying again",
             {{"job_id", id.text}, {"reason", answer.error().detail}});
    retry_at_ = loop_.now() + options_.replay_retry;
  }
  failed_.push_back(id);
}

// --- The end of a turn -----------------------------------------------------------------------------

void Hub::schedule_end_turn() {
  if (!std::exchange(end_turn_is_due_, true)) loop_.at_turn_end([this] { end_turn(); });
}

void Hub::mark_dirty(Stream& stream) {
  if (std::exchange(stream.is_dirty_, true)) return;
  dirty_.push_back(&stream);
  schedule_end_turn();
}

void Hub::end_turn() {
  end_turn_is_due_ = false;
  sending_.swap(dirty_);
  for (Stream* stream : sending_) {
    stream->is_dirty_ = false;
    if (stream->state_ != Stream::State::closed) send(*stream);
  }
  sending_.clear();
  gone_.clear();
  tell_openings();
  tell_waits();
}

void Hub::send(Stream& stream) {
  if (stream.websocket_ && stream.websocket_->channel) stream.websocket_->channel->forget_finished();
  if (stream.state_ != Stream::State::broken && !stream.wants_write_ && stream.send_pending() &&
      loop_.now() - stream.active_ >= options_.heartbeat / notes_a_heartbeat)
    touch(stream);
  if (stream.state_ == Stream::State::broken) return close(stream);
  if (!stream.pending_.empty()) return stream.await_room();
  if (stream.state_ == Stream::State::open && stream.feed_) feeds_.resume(*stream.feed_);
  if (stream.state_ != Stream::State::finishing) return;
  // The client gets everything, then the end; closing now could discard what it has not read.
  release(stream);
  stream.state_ = Stream::State::ending;
  stream.active_ = loop_.now();
  ::shutdown(stream.socket_.get(), SHUT_WR);
  ending_.splice(ending_.end(), open_, stream.self_);
}

void Hub::touch(Stream& stream) {
  stream.active_ = loop_.now();
  open_.splice(open_.end(), open_, stream.self_);
}

void Hub::close(Stream& stream) {
  release(stream);
  Streams& list = stream.state_ == Stream::State::ending ? ending_ : open_;
  stream.close();
  gone_.splice(gone_.end(), list, stream.self_);
  schedule_end_turn();
}

// --- What comes round ------------------------------------------------------------------------------

milliseconds Hub::tick_every() const {
  const milliseconds shortest =
      std::min({options_.heartbeat / ticks_a_heartbeat, options_.unwatch_after, options_.close_linger,
                options_.replay_retry, options_.stream.message_window / ticks_a_window});
  return std::clamp(shortest, shortest_tick, longest_tick);
}

void Hub::arm_tick() {
  if (!tick_) tick_ = loop_.after(tick_every(), [this] { tick(); });
}

void Hub::tick() {
  tick_.reset();
  sending_.shrink_to_fit();  // a fan-out's, twice
  dirty_.shrink_to_fit();
  retry_failed_replays();
  offer_stalled();
  tend_idle_streams();
  end_forbidden_streams();
  cut_lingering_streams();
  close_unfinished_messages();
  unwatch_left_jobs();
  feeds_.tick();
  if (!open_.empty() || !ending_.empty() || !jobs_.empty() || !feeds_.empty()) arm_tick();
}

void Hub::retry_failed_replays() {
  if (failed_.empty() || loop_.now() < retry_at_) return;
  for (const JobId& id : std::exchange(failed_, {})) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) continue;
    found->second.feed.retry();
    pump(found->second);
  }
}

void Hub::offer_stalled() {
  for (Stream* stream : std::exchange(stalled_, {})) {
    stream->websocket_->channel->offer();
    count_incoming(*stream);
    stream->renew_interest();
  }
}

void Hub::tend_idle_streams() {
  // Twice the even share: a crowd that fell silent at once is heard over half a period, not in one turn.
  std::size_t left = std::max(least_beats_a_tick,
                              2 * open_.size() * static_cast<std::size_t>(tick_every().count()) /
                                  static_cast<std::size_t>(std::max<milliseconds::rep>(options_.heartbeat.count(), 1)));
  while (left-- > 0 && !open_.empty() && loop_.now() - open_.front().active_ >= options_.heartbeat) {
    Stream& stream = open_.front();
    // What is pending may have come in this very turn: only where the kernel has had no room is the client slow.
    if (!stream.wants_write_ && stream.beat()) {
      touch(stream);
    } else {  // not one byte was taken in all this time, or none of a WebSocket's pings was answered
      ++stats_.slow_disconnects;
      close(stream);
    }
  }
}

void Hub::cut_lingering_streams() {
  while (!ending_.empty() && loop_.now() - ending_.front().active_ >= options_.close_linger) close(ending_.front());
}

void Hub::unwatch_left_jobs() {
  const auto is_settled = [this](const JobId& id) {
    WatchedJob& job = jobs_.at(id);
    if (job.feed.empty() && loop_.now() - job.left_at < options_.unwatch_after) return false;
    job.is_left = false;
    if (job.feed.empty()) {
      events_.unwatch(id);
      jobs_.erase(id);
    }
    return true;
  };
  left_.erase(std::remove_if(left_.begin(), left_.end(), is_settled), left_.end());
}

}  // namespace platen::relay
