// The relay: every event stream of this process, fed from one live connection and one for history.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/loop.hpp"
#include "platen/links.hpp"
#include "platen/queue.hpp"
#include "relay/channel.hpp"
#include "relay/feed.hpp"
#include "relay/feed_relay.hpp"
#include "relay/feed_stream.hpp"
#include "relay/opening.hpp"
#include "relay/stream.hpp"
#include "relay/wait.hpp"

namespace platen::relay {

/// How a stream is sent: as Server-Sent Events, or as text messages of a WebSocket (RFC 6455).
enum class Protocol : std::uint8_t { sse, websocket };

/// Whether a stream's client still may read it: asked twice in each heartbeat's time. Empty: for ever.
using MayGoOn = std::function<bool()>;

/// A client's connection. `watch` is of the hub's loop and, if it is set, for reading: the stream goes on with it.
struct Connected {
  Connected(Fd from, Loop::Watch watched = {}) : socket(std::move(from)), watch(std::move(watched)) {}
  Fd socket;
  Loop::Watch watch;
};

/// What a client asked for when it asked for a stream.
struct StreamRequest {
  JobId job;
  Seq after = 0;                 ///< the last event that the client has seen (its Last-Event-ID)
  std::string head_fields = {};  ///< more header lines for the response, each ending in CRLF (`Location: …`)
  Protocol protocol = Protocol::sse;
  std::string input = {};  ///< of a WebSocket: what its client has sent already
  MayGoOn may_go_on = {};
};

/// What a client asked for when it asked for one stream of several jobs.
struct JobsStreamRequest {
  std::vector<Job> jobs;         ///< each once, as it was a moment ago: how the stream begins
  std::string head_fields = {};  ///< as above
  MayGoOn may_go_on = {};
};

/// What a client asked for when it asked for a tenant's feed.
struct FeedStreamRequest {
  FeedQuery query;
  std::string head_fields = {};  ///< as above
  MayGoOn may_go_on = {};        ///< asked before each event, too
};

/// What a client asked for when it asked for a conversation, which is a WebSocket.
struct ChannelRequest {
  MakeHandler make_handler;
  std::string head_fields = {};
  std::string input = {};
};

struct HubOptions {
  std::string public_url = {};  ///< put before the path of a result's link
  /// After so much silence a comment or a ping, for proxies allow 30 to 60 s. A stream that took no byte for as long
  /// is cut, and a WebSocket that let two pings pass without sending anything.
  std::chrono::milliseconds heartbeat{15'000};
  /// Each stream's `retry` is a random share between these, so that not all come back at once.
  std::chrono::milliseconds retry_min{1'000};
  std::chrono::milliseconds retry_max{3'000};
  std::chrono::milliseconds unwatch_after{1'000};  ///< the last subscriber left: one that reloads is soon back
  std::chrono::milliseconds replay_retry{500};
  std::chrono::milliseconds close_linger{5'000};  ///< for a client to read the end and close
  std::size_t max_streams = 18'000;  ///< beyond it a client is told to come back; leaves descriptors for the rest
  /// Jobs that are watched, each of which is a subscription at Redis: beyond it a client is told to come back, a wait
  /// is told at once, and a channel has no room. Here and at Redis each takes about 1 KiB.
  std::size_t max_jobs = 200'000;
  /// Of all WebSockets together: what they have sent of messages that are not whole, or not taken yet.
  std::size_t incoming_bytes = std::size_t{64} * 1024 * 1024;
  StreamLimits stream = {};
};

/// Where events come from. Borrowed.
struct EventSources {
  JobEvents& jobs;
  FeedEvents& feeds;
};

/// Counts since the start; `streams`, `jobs` and `waits` are of now.
struct Stats {
  std::size_t streams = 0;
  std::size_t jobs = 0;   ///< watched ones
  std::size_t waits = 0;  ///< that have not been told
  std::uint64_t events = 0;
  std::uint64_t replays = 0;
  std::uint64_t frames = 0;            ///< handed to streams
  std::uint64_t sends = 0;             ///< system calls that carried them
  std::uint64_t dropped_progress = 0;  ///< frames that a newer one replaced in a full stream
  std::uint64_t slow_disconnects = 0;
};

/// A job with subscribers here, or that had some a moment ago.
struct WatchedJob {
  explicit WatchedJob(const NoticeMaker& notices) : feed(notices) {}
  JobFeed feed;
  const JobId* id = nullptr;  ///< the key under which the hub keeps this
  bool is_left = false;       ///< no subscriber, since:
  Loop::SteadyTime left_at;
};

/// Sends each stream its job's events: those after the last one that the client has seen, then live ones, each once
/// and in order, until the job ends. After a rollback of Redis, or where history is trimmed, a `reset` event shows
/// the present and the stream goes on from there. Ids are dense but for progress that an overloaded stream skips.
///
/// A WebSocket gets the same events as messages, and is closed where a stream would end: 1000 after the job's end (or
/// when it is gone), 1001 when draining, 1013 when full or too slow. On a channel a client says what it wants.
///
/// Frames are shared by all streams of a job and sent once a loop turn. A stream that does not take them is held to
/// `StreamLimits`, then cut: its client comes back with its Last-Event-ID.
///
/// Owns: the sockets that it adopts. Borrows all else; JobEvents must not answer once the hub is gone.
/// Threads: the loop's only.
class Hub final : public JobEventsListener {
 public:
  Hub(Loop& loop, const EventSources& sources, const LinkSigner& signer, HubOptions options);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub() override;

  /// Answers a request for a stream on its connected socket, from the response's first byte to the close. While
  /// draining, or when full, the answer is `retry` and the end: an error would stop an EventSource for good.
  void adopt(Connected client, const StreamRequest& request);
  /// The same for what was looked for by `open`, and found or not.
  void adopt(Connected client, const StreamRequest& request, Opening& opening);
  /// Looks for a job whose stream is asked for.
  void open(const OpeningRequest& request, Opened opened);
  /// Likewise for several jobs: each as it is, then its later events, all without ids; when all have ended the event
  /// `end`, with that id.
  void adopt(Connected client, const JobsStreamRequest& request);
  /// Likewise a tenant's feed, which has no end.
  void adopt(Connected client, const FeedStreamRequest& request);
  /// Likewise a conversation: its handler is told what the client says.
  void adopt(Connected client, const ChannelRequest& request);
  /// Answers with `retry` and the end: the client is to come back.
  void refuse(Connected client, const std::string& head_fields, Protocol protocol = Protocol::sse);
  /// Has `tell` called, once and later, when there is news of the job beyond its event `after`; not any more when
  /// what this returns is gone.
  [[nodiscard]] std::unique_ptr<Wait> wait(const JobId& job, Seq after, News news, std::function<void()> tell);
  /// The same for an event of a feed after the query's position, which must be there.
  [[nodiscard]] std::unique_ptr<FeedWait> wait(FeedQuery query, std::function<void()> tell);
  /// Ends every stream, and each later one at once, with a `retry`. Done when `stats().streams` is 0.
  void drain();
  [[nodiscard]] Stats stats() const;

  void on_subscribed(const JobId& job) override;
  void on_event(Event event) override;
  void on_lost(const WhichJobs& which) override;
  void on_back(const WhichJobs& which) override;

 private:
  friend class Channel;
  friend class ChannelPart;
  friend class Opening;
  friend class Stream;
  friend class Wait;
  using Streams = std::list<Stream>;

  // What streams tell the hub.
  void mark_dirty(Stream& stream);
  void close(Stream& stream);
  /// Its channel's message is offered again at the next tick.
  void offer_again(Stream& stream) { stalled_.push_back(&stream); }
  void count_incoming(Stream& stream);
  /// Its client sent `bytes`; `began` as in Heard.
  void note_unfinished(Stream& stream, std::size_t bytes, bool began);

  // What waits tell the hub.
  void tell_later(Wait& wait);
  void forget(Wait& wait);

  void end_turn();
  void send(Stream& stream);
  void tell_waits();

  void subscribe(Subscription& subscription, const JobId& id, Seq after);
  void unsubscribe(Subscription& subscription);
  void pump(WatchedJob& job);
  void on_replay(const JobId& job, std::uint64_t ticket, const Result<Replay>& answer);
  void touch(Stream& stream);
  void schedule_end_turn();
  void arm_tick();
  void tick();
  void retry_failed_replays();
  void tend_idle_streams();
  void end_forbidden_streams();
  void cut_lingering_streams();
  void close_unfinished_messages();
  void unwatch_left_jobs();
  [[nodiscard]] std::chrono::milliseconds tick_every() const;
  [[nodiscard]] std::string retry();
  [[nodiscard]] std::string head(const std::string& head_fields, Protocol protocol);
  [[nodiscard]] bool is_full() const { return draining_ || open_.size() >= options_.max_streams; }
  [[nodiscard]] bool has_room_for(const JobId& job) const {
    return jobs_.size() < options_.max_jobs || jobs_.contains(job);
  }
  void forget_unfinished(Stream& stream);
  Stream& open(Connected client, std::string first_bytes);
  Stream& begin(Connected client, const StreamRequest& request);
  void lose_openings(const WhichJobs& which);
  void tell_openings();
  void release(Stream& stream);
  void offer_stalled();

  Loop& loop_;
  JobEvents& events_;
  HubOptions options_;
  NoticeMaker notices_;
  FeedRelay feeds_;
  FramePtr heartbeat_;
  FramePtr ping_;
  std::minstd_rand random_;
  bool draining_ = false;

  std::unordered_map<JobId, WatchedJob> jobs_;
  std::vector<JobId> left_;    ///< jobs whose last subscriber has gone; each at most once
  std::vector<JobId> failed_;  ///< jobs whose replay is to be tried again, at:
  Loop::SteadyTime retry_at_;
  Loop::SteadyTime asked_at_;     ///< when all streams were last asked whether they may go on
  Streams open_;                  ///< by their `active_`, the longest idle first
  Streams ending_;                ///< all sent and shut down, waiting for the client to close; oldest first
  Streams gone_;                  ///< closed in this turn; freed at its end
  std::vector<Stream*> dirty_;    ///< with something to send or to end in this turn
  std::vector<Stream*> sending_;  ///< of these, while it is done; kept for its memory
  std::list<std::shared_ptr<Opening>> openings_;
  std::vector<std::list<std::shared_ptr<Opening>>::iterator> settled_;  ///< of these; to be told in this turn
  std::vector<Wait*> heard_;          ///< to be told in this turn; null: gone meanwhile
  std::list<Unfinished> unfinished_;  ///< the one whose window began first is first
  std::vector<Stream*> stalled_;      ///< whose channels have a message that could not be taken
  std::size_t incoming_bytes_ = 0;    ///< that WebSockets have sent and nobody has taken
  bool end_turn_is_due_ = false;
  std::uint64_t last_ticket_ = 0;
  Stats stats_;
  Loop::Timer tick_;
};

}  // namespace platen::relay
