// A conversation: one client that says over a WebSocket what it wants, and watches jobs on the same connection.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "relay/subscription.hpp"

namespace platen::relay {

class Channel;
class Hub;
class Stream;

/// Acts on what the client says. Owned by the channel, which it borrows. Threads: the hub's loop.
class ChannelHandler {
 public:
  virtual ~ChannelHandler() = default;
  /// Takes a message; later, not within this call, it calls `Channel::done`, and there is no other one until then.
  /// False, with the message untouched, when it cannot now: it is offered again a little later.
  [[nodiscard]] virtual bool take(std::string& message) = 0;
};
using MakeHandler = std::function<std::unique_ptr<ChannelHandler>(Channel&)>;

/// One job that a channel watches.
class ChannelPart final : public Subscription {
 public:
  ChannelPart(Channel& channel, const JobId& job) : channel_(channel), job_(job) {}
  ChannelPart(const ChannelPart&) = delete;
  ChannelPart& operator=(const ChannelPart&) = delete;

  void deliver(const Notice& notice) override;
  void finish() override;

 private:
  friend class Channel;
  Channel& channel_;
  JobId job_;
  bool saw_end_ = false;      ///< the job's last event went out
  bool is_finished_ = false;  ///< to be forgotten at the turn's end
};

/// The stream's side of a conversation. Messages are handed over one by one, and while one is being acted on the
/// client is not read: who says much waits, and holds neither memory nor more than one of its handler's threads.
/// Owns: the handler, the jobs' subscriptions. Borrows the hub and the stream, which owns it.
/// Threads: the hub's loop. Once the stream is at its end all calls do nothing.
class Channel {
 public:
  static constexpr std::size_t most_jobs = 100;

  Channel(Hub& hub, Stream& stream, const MakeHandler& make_handler);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  // For the handler.
  void say(std::string_view text);
  /// Sends the job's events after `after`. Nothing happens when it is watched already; there is room for `most_jobs`.
  void watch(const JobId& job, Seq after);
  void unwatch(const JobId& job);
  [[nodiscard]] bool watches(const JobId& job) const;
  /// Whether one more job is to be watched; false as well when too many are, by all clients together.
  [[nodiscard]] bool has_room() const;
  /// The message that was taken has been acted on.
  void done();

 private:
  friend class ChannelPart;
  friend class Hub;
  friend class Stream;

  // For the stream and the hub.
  void hear(std::vector<std::string> messages);
  void offer();
  void forget_finished();
  void leave();
  void drain();
  [[nodiscard]] bool is_busy() const noexcept { return is_acting_ || !messages_.empty(); }
  [[nodiscard]] std::size_t held_bytes() const;

  Hub& hub_;
  Stream& stream_;
  std::unordered_map<JobId, ChannelPart> parts_;
  std::vector<JobId> finished_;
  std::deque<std::string> messages_;  ///< heard, and not taken yet
  bool is_acting_ = false;
  bool is_draining_ = false;
  std::unique_ptr<ChannelHandler> handler_;
};

}  // namespace platen::relay
