// One reader of one job's events, as the job's feed sees it.
#pragma once

#include <cstdint>

#include "platen/ids.hpp"
#include "relay/notice.hpp"

namespace platen::relay {

/// Hears of one job, in order. A feed borrows it from `JobFeed::add` until it finishes it or is told to
/// `remove` it; it must not call its feed from within `deliver` or `finish`.
/// Threads: the hub's loop.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  virtual void deliver(const Notice& notice) = 0;
  /// Nothing more will come: what was delivered is sent, then the stream ends. The feed has let go of it.
  virtual void finish() = 0;

 private:
  friend class JobFeed;
  enum class Place : std::uint8_t { none, waiting, asked, live };

  Seq position_ = 0;  ///< all up to this one has been delivered; of those in Place::live the feed's head says it
  std::uint32_t index_ = 0;
  Place place_ = Place::none;
};

}  // namespace platen::relay
