// One job's share of a stream of many.
#pragma once

#include <cstddef>
#include <deque>

#include "relay/subscription.hpp"

namespace platen::relay {

class Stream;

/// Passes a job's frames on to the stream without their ids: no single number could say how far such a stream is.
/// Borrows the stream, which owns it. Threads: the hub's loop.
class JobPart final : public Subscription {
 public:
  explicit JobPart(Stream& stream) : stream_(stream) {}
  JobPart(const JobPart&) = delete;
  JobPart& operator=(const JobPart&) = delete;

  void deliver(const Notice& notice) override;
  void finish() override;

 private:
  Stream& stream_;
};

/// Those of one stream: of each job that had not ended when it began.
struct JobParts {
  std::deque<JobPart> all;
  std::size_t open = 0;  ///< how many of them are not finished
};

}  // namespace platen::relay
