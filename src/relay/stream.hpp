// One client's event stream: its socket, and the few frames that the kernel has not taken yet.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string_view>

#include "base/fd.hpp"
#include "base/loop.hpp"
#include "relay/channel.hpp"
#include "relay/feed_stream.hpp"
#include "relay/frame_queue.hpp"
#include "relay/job_part.hpp"
#include "relay/subscription.hpp"
#include "relay/websocket_frame.hpp"

namespace platen::relay {

class Hub;

struct StreamLimits {
  std::size_t pending_bytes = std::size_t{16} * 1024;  ///< of frames that wait here for the kernel
  int send_buffer_bytes = 64 * 1024;                   ///< SO_SNDBUF: left alone, the kernel hides 4 MB of lateness
  std::chrono::milliseconds user_timeout = std::chrono::seconds(30);  ///< TCP_USER_TIMEOUT: bytes not acknowledged
  std::size_t ignored_input_bytes = std::size_t{64} * 1024;           ///< a stream's client has nothing to say
  std::size_t message_bytes = std::size_t{1024} * 1024;               ///< one message of a channel's client
  /// A message of a WebSocket's client that is not whole brings so many bytes in each such window, or is the last.
  std::chrono::milliseconds message_window{10'000};
  std::size_t least_window_bytes = std::size_t{10} * 1024;
};

class Stream;

/// A WebSocket whose client has begun a message, or a frame, and owes the rest.
struct Unfinished {
  Stream* stream;
  Loop::SteadyTime since;  ///< when this window of the least rate began
  std::size_t bytes = 0;   ///< in this window
};

/// What a stream that speaks WebSocket has besides.
struct WebSocket {
  explicit WebSocket(std::size_t message_limit_bytes) : reader(message_limit_bytes) {}
  WebSocketReader reader;
  std::size_t counted_bytes = 0;  ///< of the hub's `incoming_bytes_`
  std::uint8_t unanswered_pings = 0;
  std::optional<std::list<Unfinished>::iterator> unfinished;  ///< its place among the hub's
  std::unique_ptr<Channel> channel;  ///< null: its client watches one job and has nothing to say
};

/// Frames go out at the loop turn's end, all in one send. One that finds `pending_bytes` used up first tries the
/// kernel; then progress that a newer one overtakes is dropped; then the stream is cut (a WebSocket by a Close, which
/// takes the place of all that was not sent). A terminal frame always fits.
///
/// Owns: the socket. Small on purpose: an idle one is under 300 bytes. Threads: the hub's loop.
class Stream final : public Pollable, public Subscription {
 public:
  Stream(Hub& hub, Fd socket) : hub_(hub), socket_(std::move(socket)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void deliver(const Notice& notice) override;
  void finish() override;
  void on_ready(Readiness ready) override;
  void send(const FramePtr& frame);
  /// What was sent goes out, then the stream ends; a WebSocket with a Close of this code.
  void end(CloseCode code);
  /// One of `parts_` is finished; the last one ends the stream.
  void part_ended();
  /// Reads on where there is somebody to hear it; writes on where there is something to write.
  void renew_interest();
  [[nodiscard]] bool is_open() const noexcept { return state_ == State::open; }

 private:
  friend class FeedPart;
  friend class Hub;
  enum class State : std::uint8_t {
    open,
    finishing,  ///< what is pending is the last
    ending,     ///< all sent and shut down; the client is to close
    broken,     ///< to be closed at the turn's end
    closed,
  };

  /// Goes on with `watch`, which is for reading, or begins one.
  void watch(Loop& loop, Loop::Watch watch, const StreamLimits& limits);
  /// What one system call was given, and how many bytes of it the kernel took; negative: see errno.
  struct Offer {
    std::size_t frames = 0;
    std::size_t bytes = 0;
    ssize_t taken = 0;
  };
  [[nodiscard]] Offer offer_pending() const;
  /// Offers what is pending to the kernel; true when it took some.
  bool send_pending();
  /// Waits for the kernel to have room again.
  void await_room();
  /// Makes room by dropping progress; keeps the newest when `newer` is not one itself.
  void drop_progress(FrameKind newer);
  [[nodiscard]] bool has_room(const Frame& frame) const;
  void put(const FramePtr& frame);
  /// It was silent for a heartbeat's time. False when the client has not answered the last ones.
  [[nodiscard]] bool beat();
  void cut_slow();
  void end_with(const FramePtr& last);
  void read();
  void ignore(std::size_t bytes);
  /// Takes what the client of a WebSocket sent.
  void hear(std::string_view bytes);
  void close();

  // What each event touches stands together.
  Hub& hub_;
  Fd socket_;
  State state_ = State::open;
  bool is_dirty_ = false;
  bool wants_write_ = false;
  std::uint32_t first_sent_ = 0;     ///< bytes of pending_'s first frame that are gone
  std::uint32_t pending_bytes_ = 0;  ///< of pending_, without those
  FrameQueue pending_;
  Loop::SteadyTime active_;               ///< when bytes were last sent, or an eighth of a heartbeat before
  std::unique_ptr<WebSocket> websocket_;  ///< null: Server-Sent Events
  std::unique_ptr<FeedPart> feed_;        ///< of a tenant's feed: fills it whenever all was sent
  std::unique_ptr<JobParts> parts_;       ///< of a stream of many jobs, which itself is subscribed to none
  Loop::Watch watch_;
  std::uint32_t ignored_bytes_ = 0;
  std::function<bool()> may_go_on_;   ///< see MayGoOn; a feed's asks before each event instead
  std::list<Stream>::iterator self_;  ///< in whichever list of the hub it is
};

}  // namespace platen::relay
