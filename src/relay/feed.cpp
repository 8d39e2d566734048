#include "relay/feed.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/clock.hpp"
#include "codec/job_json.hpp"

namespace platen::relay {

namespace {

/// Events kept while a replay is under way; a replay that takes longer than so many is asked for again.
constexpr std::size_t max_held_events = 256;

FrameKind frame_kind_of(EventKind kind) {
  if (is_terminal(kind)) return FrameKind::terminal;
  return kind == EventKind::progress ? FrameKind::progress : FrameKind::essential;
}

}  // namespace

// --- Notices ---------------------------------------------------------------------------------------

std::string NoticeMaker::linked(const Tenant& tenant, const JobId& job, std::string data) const {
  return codec::with_link(data, signer_->sign(tenant, job), public_url_).value_or(std::move(data));
}

std::string NoticeMaker::snapshot(const Job& job) const {
  std::string data = codec::encode_snapshot(job);
  return job.state == JobState::succeeded ? linked(job.tenant, job.id, std::move(data)) : data;
}

Notice NoticeMaker::event(const Tenant& tenant, Event event) const {
  if (event.kind == EventKind::succeeded) event.data = linked(tenant, event.job, std::move(event.data));
  return {frame_kind_of(event.kind), std::move(event.job), event.seq, name_of(event.kind), std::move(event.data)};
}

Notice NoticeMaker::reset(const Job& job) const {
  const std::optional<Seq> id = has_ended(job.state) ? std::nullopt : std::optional(job.seq);
  return {FrameKind::essential, job.id, id, name_of(EventKind::reset), snapshot(job)};
}

Notice NoticeMaker::present(const Job& job) const {
  return {FrameKind::essential, job.id, std::nullopt, name_of(job.state), snapshot(job)};
}

Notice NoticeMaker::ended(const Job& job) const {
  return {FrameKind::terminal, job.id, job.seq, name_of(job.state), snapshot(job)};
}

FramePtr NoticeMaker::feed_event(const Tenant& tenant, const FeedEvent& event, const FeedPosition& id) const {
  const std::string data = event.kind == EventKind::succeeded ? linked(tenant, event.job, event.data) : event.data;
  return make_frame(FrameKind::essential, encode_feed_frame(id, name_of(event.kind), data));
}

FramePtr NoticeMaker::feed_reset(const FeedPosition& position, TimePoint at) {
  const std::string data = R"({"continues_at":")" + rfc3339(at) + R"("})";
  return make_frame(FrameKind::essential, encode_feed_frame(position, name_of(EventKind::reset), data));
}

// --- History ---------------------------------------------------------------------------------------

/// A replay's answer as it is told.
struct JobFeed::History {
  History(const Job& present, const std::vector<Event>& past, const NoticeMaker& notice_maker)
      : job(present), events(past), maker(notice_maker) {
    notices.reserve(events.size());
    for (const Event& event : events) notices.push_back(maker.event(job.tenant, event));
    end = events.empty() ? job.seq : events.back().seq;
    has_ended = events.empty() ? platen::has_ended(job.state) : is_terminal(events.back().kind);
    dense_from = end + 1;
    for (std::size_t i = events.size(); i-- > 0 && events[i].seq + 1 == dense_from;) dense_from = events[i].seq;
  }

  /// Whether whoever has seen all up to `position` can be given all after it.
  [[nodiscard]] bool joins(Seq position) const { return position <= end && dense_from <= position + 1; }

  void deliver_after(Seq position, Subscriber& subscriber) const {
    const auto first = std::upper_bound(events.begin(), events.end(), position,
                                        [](Seq seq, const Event& event) { return seq < event.seq; });
    for (auto i = static_cast<std::size_t>(first - events.begin()); i < notices.size(); ++i)
      subscriber.deliver(notices[i]);
  }

  void deliver_reset(Subscriber& subscriber) {
    if (!reset) reset.emplace(maker.reset(job));
    subscriber.deliver(*reset);
    if (!platen::has_ended(job.state)) return;
    if (!final) final.emplace(maker.ended(job));
    subscriber.deliver(*final);
  }

  const Job& job;
  const std::vector<Event>& events;
  const NoticeMaker& maker;
  std::vector<Notice> notices;
  std::optional<Notice> reset;
  std::optional<Notice> final;
  Seq end = 0;         ///< the last event that is known
  Seq dense_from = 0;  ///< from this one to the end, none is missing
  bool has_ended = false;
};

// --- Who is where ----------------------------------------------------------------------------------

Group& JobFeed::group_of(Subscriber::Place place) {
  if (place == Subscriber::Place::live) return live_;
  return place == Subscriber::Place::asked ? asked_->subscribers : waiting_;
}

void JobFeed::put(Group& group, Subscriber::Place place, Subscriber& subscriber) {
  subscriber.place_ = place;
  group.add(subscriber);
}

void JobFeed::add(Subscriber& subscriber, Seq after) {
  subscriber.position_ = after;
  if (!recent_ || !recent_->covers(after)) return put(waiting_, Subscriber::Place::waiting, subscriber);
  recent_->deliver_after(after, subscriber);
  join_live(subscriber);
}

void JobFeed::remove(Subscriber& subscriber) {
  const Subscriber::Place place = std::exchange(subscriber.place_, Subscriber::Place::none);
  if (place != Subscriber::Place::none) group_of(place).remove(subscriber);
  if (place != Subscriber::Place::live || !recent_) return;
  recent_->reader_left();
  if (live_.empty()) recent_.reset();
}

void JobFeed::replace(Subscriber& subscriber, Subscriber& by) {
  const Subscriber::Place place = subscriber.place_;
  if (place == Subscriber::Place::none) return;
  remove(subscriber);
  by.position_ = subscriber.position_;
  if (place == Subscriber::Place::live) return join_live(by);
  put(group_of(place), place, by);
}

bool JobFeed::empty() const noexcept {
  return waiting_.empty() && live_.empty() && (!asked_ || asked_->subscribers.empty());
}

void JobFeed::move_to_waiting(Group group) {
  while (Subscriber* subscriber = group.take()) put(waiting_, Subscriber::Place::waiting, *subscriber);
}

void JobFeed::join_live(Subscriber& subscriber) {
  put(live_, Subscriber::Place::live, subscriber);
  if (recent_) recent_->reader_joined();
}

void JobFeed::end_live() {
  recent_.reset();
  end(std::move(live_));
}

void JobFeed::send_live_back() {
  recent_.reset();
  for (Subscriber* live = live_.first(); live != nullptr; live = Group::after(*live)) live->position_ = head_;
  move_to_waiting(std::move(live_));
}

void JobFeed::end(Subscriber& subscriber) {
  subscriber.place_ = Subscriber::Place::none;
  subscriber.finish();
}

void JobFeed::end(Group group) {
  while (Subscriber* subscriber = group.take()) end(*subscriber);
}

// --- The connection --------------------------------------------------------------------------------

void JobFeed::on_lost() {
  subscribed_ = false;
  paused_ = false;
  if (const std::unique_ptr<Asked> asked = std::move(asked_)) move_to_waiting(std::move(asked->subscribers));
  send_live_back();
}

void JobFeed::on_subscribed() {
  on_lost();  // what was published while live delivery did not run has to come from history
  subscribed_ = true;
}

std::optional<JobEvents::Span> JobFeed::begin_replay(std::uint64_t ticket) {
  if (!subscribed_ || paused_ || asked_ || waiting_.empty()) return std::nullopt;
  asked_ = std::make_unique<Asked>();
  asked_->ticket = ticket;
  asked_->live_head = live_.empty() ? 0 : head_;
  const Seq any = live_.empty() ? waiting_.first()->position_ : head_;
  JobEvents::Span span{any, any};
  while (Subscriber* subscriber = waiting_.take()) {
    span.after = std::min(span.after, subscriber->position_);
    span.newest = std::max(span.newest, subscriber->position_);
    put(asked_->subscribers, Subscriber::Place::asked, *subscriber);
  }
  return span;
}

// --- Events ----------------------------------------------------------------------------------------

void JobFeed::on_event(Event event) {
  if (asked_) {
    if (asked_->held.size() < max_held_events)
      asked_->held.push_back(event);
    else
      asked_->overflowed = true;
    // A gap may be what the replay under way is about to fill.
    if (event.seq != head_ + 1) return;
  }
  go_live(std::move(event));
}

void JobFeed::go_live(Event event) {
  if (live_.empty() || event.seq <= head_) return;
  if (event.seq != head_ + 1) return send_live_back();
  head_ = event.seq;
  const bool is_last = is_terminal(event.kind);
  Notice notice = notices_->event(*tenant_, std::move(event));
  for (Subscriber* live = live_.first(); live != nullptr; live = Group::after(*live)) live->deliver(notice);
  if (is_last) return end_live();
  if (recent_) recent_->add(std::move(notice));
}

bool JobFeed::on_replay(std::uint64_t ticket, const Result<Replay>& answer) {
  if (!asked_ || asked_->ticket != ticket) return true;
  const std::unique_ptr<Asked> asked = std::move(asked_);
  if (!answer) {
    Group& all = asked->subscribers;
    for (Subscriber* each = all.first(); each != nullptr; each = Group::after(*each)) each->learn(nullptr);
    move_to_waiting(std::move(all));
    catch_up({}, 0, *asked);
    paused_ = true;
    return false;
  }
  if (!answer->job) {
    end(std::move(asked->subscribers));
    end_live();
    return true;
  }
  tenant_ = &notices_->kept(answer->job->tenant);
  History history(*answer->job, answer->events, *notices_);
  advance_live(history, asked->live_head);
  Group settled;
  while (Subscriber* subscriber = asked->subscribers.take()) {
    subscriber->learn(&history.job);
    if (settle(*subscriber, history)) settled.add(*subscriber);
  }
  catch_up(std::move(settled), history.end, *asked);
  keep_recent(history);
  return true;
}

void JobFeed::advance_live(const History& history, Seq asked_at) {
  if (live_.empty()) return;
  // Below what was known when it was asked for: Redis was rolled back. The next replay resets them.
  if (history.end < asked_at) return send_live_back();
  if (history.end <= head_) return;
  if (!history.joins(head_)) return send_live_back();
  for (Subscriber* live = live_.first(); live != nullptr; live = Group::after(*live))
    history.deliver_after(head_, *live);
  recent_.reset();  // it ends at the head, or is not there
  head_ = history.end;
  if (history.has_ended) end_live();
}

bool JobFeed::settle(Subscriber& subscriber, History& history) {
  if (!history.joins(subscriber.position_)) {
    history.deliver_reset(subscriber);
    subscriber.position_ = history.job.seq;
    if (has_ended(history.job.state)) {
      end(subscriber);
      return false;
    }
    if (!history.joins(subscriber.position_)) {
      put(waiting_, Subscriber::Place::waiting, subscriber);
      return false;
    }
  }
  history.deliver_after(subscriber.position_, subscriber);
  subscriber.position_ = history.end;
  if (history.has_ended) end(subscriber);
  return !history.has_ended;
}

void JobFeed::catch_up(Group settled, Seq position, const Asked& asked) {
  if (live_.empty()) head_ = position;
  std::vector<Notice> missed;  // what those in `live_` were given while the replay was under way
  for (const Event& event : asked.held)
    if (event.seq <= head_ && event.seq == position + missed.size() + 1)
      missed.push_back(notices_->event(*tenant_, event));
  if (position + missed.size() < head_) {
    move_to_waiting(std::move(settled));
  } else {
    while (Subscriber* subscriber = settled.take()) {
      for (const Notice& notice : missed) subscriber->deliver(notice);
      join_live(*subscriber);
    }
  }
  for (const Event& event : asked.held) go_live(event);
  if (asked.overflowed) send_live_back();
}

void JobFeed::keep_recent(History& history) {
  if (live_.empty() || head_ != history.end) return;
  if (!recent_) {
    std::size_t readers = 0;
    for (Subscriber* live = live_.first(); live != nullptr; live = Group::after(*live)) ++readers;
    if (readers < RecentNotices::least_readers) return;
    recent_ = std::make_unique<RecentNotices>(readers);
  }
  const auto dense = static_cast<std::ptrdiff_t>(history.end + 1 - history.dense_from);
  recent_->begin(
      history.job,
      {std::make_move_iterator(history.notices.end() - dense), std::make_move_iterator(history.notices.end())},
      history.end);
}

}  // namespace platen::relay
