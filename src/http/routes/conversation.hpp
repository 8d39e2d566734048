// What is said on /v1/ws: jobs are submitted, watched and canceled there. Private to the routes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "http/errands.hpp"
#include "http/routes/routes.hpp"
#include "relay/channel.hpp"

namespace platen::http {

/// One client's. Each message is read and acted on by a thread of the pool, and answered on the loop; the channel
/// hands over one at a time.
/// Borrows the services, the errands and the channel, which owns it. Threads: the loop's.
class Conversation final : public relay::ChannelHandler {
 public:
  /// `request_id` and `trace` are those of the handshake; its messages are numbered after it. `visitor` is who opened
  /// it, and may do with each message what its scopes allow, for as long as its key works.
  Conversation(const Services& services, Errands& errands, relay::Channel& channel, std::string request_id,
               TraceContext trace, Visitor visitor);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  [[nodiscard]] bool take(std::string& message) override;

 private:
  struct Turn;

  void conclude(Turn& turn);
  /// Refuses to watch what is watched, or one more than there is room for.
  void check_watch(Turn& turn) const;

  const Services& services_;
  Errands& errands_;
  relay::Channel& channel_;
  std::string request_id_;
  TraceContext trace_;
  Visitor visitor_;
  std::uint64_t turns_ = 0;
  std::shared_ptr<Conversation*> self_;  ///< what is on its way when this goes finds out by it
};

}  // namespace platen::http
