// A JobEvents whose every step the test takes: what Redis holds, what is on its way, what is lost.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "platen/queue.hpp"

namespace platen::test {

/// Two connections to one imagined Redis: one of live messages, one of replays. Nothing arrives but by `step_…`.
/// Threads: one.
class FakeEvents final : public JobEvents {
 public:
  // --- What Redis holds.
  /// The next event of a job, which makes the job at its first; sent to the live connection where it is subscribed.
  Event publish(const JobId& job, EventKind kind);
  /// Drops all but the last `kept` events of the job's history.
  void trim(const JobId& job, std::size_t kept);
  /// As after a power cut: the job is again as it was at `seq`. Both connections are lost.
  void roll_back(const JobId& job, Seq seq);
  void forget(const JobId& job) { jobs_.erase(job); }
  [[nodiscard]] Job present(const JobId& job) const;
  [[nodiscard]] bool knows(const JobId& job) const { return jobs_.count(job) > 0; }

  // --- What arrives. Each is false when there was nothing to do.
  bool step_live();           ///< one message or acknowledgement reaches the listener
  bool step_replay();         ///< Redis answers the oldest request; the answer is under way
  bool step_replay_answer();  ///< the oldest answer arrives
  /// Takes every step there is.
  void settle();
  /// The live connection breaks: what was under way is gone. `step_live` then makes it anew.
  void lose_live();
  /// The replay connection breaks: `fail_unavailable` for all requests and answers under way.
  void lose_replays();

  // --- JobEvents
  void listen(JobEventsListener& listener) override { listener_ = &listener; }
  void watch(const JobId& job) override;
  void unwatch(const JobId& job) override;
  void replay(const JobId& job, Span span, ReplayDone done) override;
  [[nodiscard]] bool healthy() const override { return is_healthy; }
  [[nodiscard]] bool healthy(const JobId&) const override { return healthy(); }

  bool is_healthy = true;
  /// Where it is set, it says how a job is of which nothing was published.
  std::function<std::optional<Job>(const JobId&)> find_job = {};
  [[nodiscard]] const std::set<JobId>& watched() const noexcept { return watched_; }
  [[nodiscard]] std::size_t replays_wanted() const noexcept { return requests_.size(); }

 private:
  struct History {
    Seq seq = 0;
    EventKind last = EventKind::queued;
    std::deque<Event> events;
  };
  struct Request {
    JobId job;
    Span span;
    ReplayDone done;
  };
  struct Acknowledgement {
    JobId job;
  };
  struct Back {};
  struct Answer {
    ReplayDone done;
    Result<Replay> replay;
  };

  JobEventsListener* listener_ = nullptr;
  std::map<JobId, History> jobs_;
  std::set<JobId> watched_;
  using Message = std::variant<Acknowledgement, Event, Back>;

  std::deque<Message> live_;
  std::deque<Request> requests_;
  std::deque<Answer> answers_;
  std::uint64_t published_ = 0;
};

/// The state of a job whose last event this is.
[[nodiscard]] JobState state_after(EventKind kind);

}  // namespace platen::test
