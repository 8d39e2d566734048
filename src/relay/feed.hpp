// What one job's subscribers are owed: the state machine between live events and their history.
//
// The rule that leaves no gap and no duplicate: a replay is asked for only while live delivery runs, so an event is
// in the replay's answer, or arrives live after the replay was asked for and is held, or both (and then its seq says
// so). Whatever does not join up is asked for again; an answer from before the connection was lost is not used.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platen/event.hpp"
#include "platen/feed.hpp"
#include "platen/links.hpp"
#include "platen/queue.hpp"
#include "relay/notice.hpp"
#include "relay/recent_notices.hpp"
#include "relay/subscriber.hpp"

namespace platen::relay {

/// Makes what there is to tell of a job; signs the link to a result as it goes out.
/// Borrows the signer. Threads: the hub's loop.
class NoticeMaker {
 public:
  NoticeMaker(const LinkSigner& signer, std::string public_url)
      : signer_(&signer), public_url_(std::move(public_url)) {}
  [[nodiscard]] Notice event(const Tenant& tenant, Event event) const;
  /// A `reset` with the job as it is. That of an ended job has no id, for its terminal event follows: a client that
  /// is cut off between the two comes back for both.
  [[nodiscard]] Notice reset(const Job& job) const;
  /// The job as it is, under its state's name and without an id: how a stream of many jobs begins.
  [[nodiscard]] Notice present(const Job& job) const;
  /// The event that ended a job, made from the job itself: its history is gone or is not the client's.
  [[nodiscard]] Notice ended(const Job& job) const;
  /// An event of the tenant's feed, for whoever is at `id` after it.
  [[nodiscard]] FramePtr feed_event(const Tenant& tenant, const FeedEvent& event, const FeedPosition& id) const;
  /// The same tenant, kept here for as long as this: one text for all jobs that are its own.
  [[nodiscard]] const Tenant& kept(const Tenant& tenant) const { return *tenants_.insert(tenant).first; }
  /// A `reset` of a feed: some of it may be lost, and it goes on from the position with what happened at `at`.
  [[nodiscard]] static FramePtr feed_reset(const FeedPosition& position, TimePoint at);

 private:
  [[nodiscard]] std::string snapshot(const Job& job) const;
  [[nodiscard]] std::string linked(const Tenant& tenant, const JobId& job, std::string data) const;

  const LinkSigner* signer_;
  std::string public_url_;
  mutable std::set<Tenant> tenants_;
};

/// The subscribers of one job and how far each has come. It does no I/O: its owner passes on what JobEvents says and,
/// after each call, asks `begin_replay` whether history is wanted.
/// Borrows its subscribers and the notice maker. Threads: the hub's loop.
class JobFeed {
 public:
  explicit JobFeed(const NoticeMaker& notices) : notices_(&notices), tenant_(&default_tenant()) {}
  JobFeed(const JobFeed&) = delete;
  JobFeed& operator=(const JobFeed&) = delete;

  /// Delivers to `subscriber` every event after `after`, once each, in order; a `reset` where that cannot be.
  void add(Subscriber& subscriber, Seq after);
  void remove(Subscriber& subscriber);
  /// `by` takes the place of `subscriber`, which has heard all that `by` need not hear again.
  void replace(Subscriber& subscriber, Subscriber& by);
  [[nodiscard]] bool empty() const noexcept;

  void on_subscribed();
  void on_lost();
  void on_event(Event event);
  /// The answer to the replay that was begun with `ticket`; any other's is ignored. False when it failed: the owner
  /// calls `retry` a little later.
  [[nodiscard]] bool on_replay(std::uint64_t ticket, const Result<Replay>& answer);
  void retry() noexcept { paused_ = false; }

  /// Which history is to be asked for under `ticket` (never reused), where some is wanted now.
  [[nodiscard]] std::optional<JobEvents::Span> begin_replay(std::uint64_t ticket);

 private:
  /// A replay under way: who waits for it, and what arrives meanwhile.
  struct Asked {
    std::uint64_t ticket = 0;
    Seq live_head = 0;  ///< where those in `live_` were when it was asked for
    Group subscribers;
    std::vector<Event> held;
    bool overflowed = false;  ///< `held` was full: what it lacks must be asked for again
  };
  struct History;

  [[nodiscard]] Group& group_of(Subscriber::Place place);
  static void put(Group& group, Subscriber::Place place, Subscriber& subscriber);
  void move_to_waiting(Group group);
  void send_live_back();
  static void end(Subscriber& subscriber);
  static void end(Group group);

  void join_live(Subscriber& subscriber);
  void end_live();
  void go_live(Event event);
  void advance_live(const History& history, Seq asked_at);
  /// Gives one of those who asked what it lacks; true when it is now where the history ends and more may come.
  [[nodiscard]] bool settle(Subscriber& subscriber, History& history);
  /// Joins those who are at `position` to the live ones, by what was held.
  void catch_up(Group settled, Seq position, const Asked& asked);
  void keep_recent(History& history);

  const NoticeMaker* notices_;
  const Tenant* tenant_;  ///< known once history was read
  Group waiting_;
  Group live_;
  Seq head_ = 0;                           ///< the last event that those in `live_` were given
  std::unique_ptr<RecentNotices> recent_;  ///< where many are in `live_`; it ends at `head_`
  std::unique_ptr<Asked> asked_;
  bool subscribed_ = false;
  bool paused_ = false;  ///< the last replay failed: not before `retry`
};

}  // namespace platen::relay
