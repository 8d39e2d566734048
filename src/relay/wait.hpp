// One who waits, without a stream, until there is something to say of a job.
#pragma once

#include <cstdint>
#include <functional>

#include "relay/subscription.hpp"

namespace platen::relay {

class Hub;

/// What one who waits wants to hear of.
enum class News : std::uint8_t { change, end };

/// Tells its owner once, at the end of a loop turn, that the news is there: the job is no longer as it was, it has
/// ended, or there is no such job. What came of it is the owner's to read.
/// Owns: its place among the job's subscribers. Borrows the hub, and must go before it. Threads: the hub's loop.
class Wait final : public Subscription {
 public:
  Wait(Hub& hub, News news, std::function<void()> tell) : hub_(hub), news_(news), tell_(std::move(tell)) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  ~Wait() override;

  void deliver(const Notice& notice) override;
  void finish() override;

 private:
  friend class Hub;
  void hear();
  /// The owner may destroy this within.
  void tell();

  Hub& hub_;
  News news_;
  bool has_heard_ = false;  ///< the hub is to have it told, or has
  bool is_told_ = false;
  std::function<void()> tell_;
};

}  // namespace platen::relay
