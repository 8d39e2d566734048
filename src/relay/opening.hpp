// A stream that is asked for, before there is an answer.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "platen/ids.hpp"
#include "relay/subscription.hpp"

namespace platen::relay {

class Hub;
class Opening;

/// What was found where a client asked for a job's stream.
enum class Finding : std::uint8_t {
  there,    ///< the job; what the client lacks of its events is kept until the stream is adopted
  over,     ///< the job has ended with the very event that the client saw last
  absent,   ///< no such job, or another tenant's
  unknown,  ///< it cannot be looked up now
  no_room,  ///< the relay has no place for one more stream
};

/// Whose stream is wanted.
struct OpeningRequest {
  JobId job;
  Tenant tenant;
  Seq after = 0;  ///< the last event that the client has seen
  Form form = Form::sse;
};

/// Told once, later.
using Opened = std::function<void(std::shared_ptr<Opening>)>;

/// Subscribes first and looks then, so that one reading of the job is both the answer whether there is a stream and the
/// beginning of it. It hears its job's events in the stream's place until Hub::adopt gives that to the stream.
/// Owns: its place among the job's subscribers. Borrows the hub, and must go before it. Threads: the hub's loop.
class Opening final : public Subscription {
 public:
  Opening(Hub& hub, const OpeningRequest& request, Opened opened)
      : hub_(hub), tenant_(request.tenant), after_(request.after), form_(request.form), opened_(std::move(opened)) {}
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;
  ~Opening() override;

  [[nodiscard]] Finding finding() const noexcept { return finding_; }

  void learn(const Job* job) override;
  void deliver(const Notice& notice) override;
  void finish() override;

 private:
  friend class Hub;
  void settle(Finding finding);

  Hub& hub_;
  Tenant tenant_;
  Seq after_;
  Form form_;
  Finding finding_ = Finding::absent;
  bool is_settled_ = false;   ///< it is known what was found
  bool is_finished_ = false;  ///< nothing more will come
  std::vector<FramePtr> frames_;
  Opened opened_;
  std::list<std::shared_ptr<Opening>>::iterator self_;  ///< among the hub's, until it is told
};

}  // namespace platen::relay
