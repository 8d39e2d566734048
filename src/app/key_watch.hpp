// Keeps a front end's keys those that are in the registry.
#pragma once

#include <chrono>
#include <optional>

#include "base/loop.hpp"
#include "http/auth/gatekeeper.hpp"
#include "http/mailbox.hpp"
#include "platen/access.hpp"

namespace platen::app {

/// Asks the registry each `every` whether keys have changed; nothing is waited for. So a key that is revoked stops
/// working within twice `every`, whatever else is lost on the way; a message that told of it could be. While Redis is
/// away the keys of before go on.
/// Borrows all that it is given. Threads: the loop's; destroy it outside of a turn.
class KeyWatch {
 public:
  KeyWatch(Loop& loop, KeyRegistry& registry, http::Gatekeeper& gatekeeper, std::chrono::milliseconds every);
  KeyWatch(const KeyWatch&) = delete;
  KeyWatch& operator=(const KeyWatch&) = delete;

 private:
  using Answer = Result<std::optional<KeyList>>;

  void tick();
  void hear(const Answer& answer);

  Loop& loop_;
  KeyRegistry& registry_;
  http::Gatekeeper& gatekeeper_;
  std::chrono::milliseconds every_;
  http::Mailbox<Answer> answers_;
  Loop::Timer timer_;
  bool is_asking_ = false;
};

}  // namespace platen::app
