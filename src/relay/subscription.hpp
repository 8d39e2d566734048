// A subscriber that the hub keeps on its job.
#pragma once

#include "relay/subscriber.hpp"

namespace platen::relay {

struct WatchedJob;

/// Subscribed by `Hub::subscribe` until the hub's `unsubscribe`, which must come before it is destroyed.
/// Threads: the hub's loop.
class Subscription : public Subscriber {
 private:
  friend class Hub;
  WatchedJob* job_ = nullptr;
};

}  // namespace platen::relay
