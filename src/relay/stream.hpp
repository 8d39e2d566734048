// One client's event stream: its socket, and the few frames that the kernel has not taken yet.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "base/fd.hpp"
#include "base/loop.hpp"
#include "relay/job_part.hpp"
#include "relay/subscription.hpp"

namespace platen::relay {

class Hub;

struct StreamLimits {
  std::size_t pending_bytes = std::size_t{16} * 1024;  ///< of frames that wait here for the kernel
  int send_buffer_bytes = 64 * 1024;                   ///< SO_SNDBUF: left alone, the kernel hides 4 MB of lateness
  std::chrono::milliseconds user_timeout = std::chrono::seconds(30);  ///< TCP_USER_TIMEOUT: bytes not acknowledged
  std::size_t ignored_input_bytes = std::size_t{64} * 1024;           ///< a stream's client has nothing to say
};

/// Frames go out at the loop turn's end, all in one send. One that finds `pending_bytes` used up first tries the
/// kernel; then progress that a newer one overtakes is dropped; then the stream is cut. A terminal frame always fits.
///
/// Owns: the socket. Small on purpose: an idle one is under 200 bytes. Threads: the hub's loop.
class Stream final : public Pollable, public Subscription {
 public:
  Stream(Hub& hub, Fd socket) : hub_(hub), socket_(std::move(socket)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void deliver(const FramePtr& frame) override;
  void finish() override;
  void on_ready(Readiness ready) override;
  /// One of `parts_` is finished; the last one ends the stream.
  void part_ended();

 private:
  friend class Hub;
  enum class State : std::uint8_t {
    open,
    finishing,  ///< what is pending is the last
    ending,     ///< all sent and shut down; the client is to close
    broken,     ///< to be closed at the turn's end
    closed,
  };

  void watch(Loop& loop, const StreamLimits& limits);
  /// Offers what is pending to the kernel; true when it took some.
  bool send_pending();
  /// Waits for the kernel to have room again.
  void await_room();
  /// Makes room by dropping progress; keeps the newest when `newer` is not one itself.
  void drop_progress(FrameKind newer);
  [[nodiscard]] bool has_room(const Frame& frame) const;
  void read_and_ignore();
  void close();

  Hub& hub_;
  Fd socket_;
  State state_ = State::open;
  bool is_dirty_ = false;
  bool wants_write_ = false;
  std::uint32_t first_sent_ = 0;     ///< bytes of pending_'s first frame that are gone
  std::uint32_t pending_bytes_ = 0;  ///< of pending_, without those
  std::uint32_t ignored_bytes_ = 0;
  Loop::Watch watch_;
  std::vector<FramePtr> pending_;
  std::unique_ptr<JobParts> parts_;   ///< of a stream of many jobs, which itself is subscribed to none
  Loop::SteadyTime active_;           ///< when bytes were last sent
  std::list<Stream>::iterator self_;  ///< in whichever list of the hub it is
};

}  // namespace platen::relay
