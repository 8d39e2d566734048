#include "tests/support/fake_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace platen::test {

namespace {

bool all_jobs(const JobId&) { return true; }

/// As much as a real replay tells of a job whose events say the rest.
Job outline(const Job& job) {
  Job outline;
  outline.id = job.id;
  outline.tenant = job.tenant;
  outline.state = job.state;
  outline.seq = job.seq;
  return outline;
}

}  // namespace

JobState state_after(EventKind kind) {
  switch (kind) {
    case EventKind::queued: return JobState::queued;
    case EventKind::delayed: return JobState::delayed;
    case EventKind::started:
    case EventKind::progress:
    case EventKind::reset: return JobState::running;
    case EventKind::retrying: return JobState::retrying;
    case EventKind::canceling: return JobState::canceling;
    case EventKind::succeeded: return JobState::succeeded;
    case EventKind::failed: return JobState::failed;
    case EventKind::canceled: return JobState::canceled;
    case EventKind::expired: return JobState::expired;
  }
  return JobState::queued;
}

Event FakeEvents::publish(const JobId& job, EventKind kind) {
  History& history = jobs_[job];
  const char* result = kind == EventKind::succeeded ? R"(,"result":{"artifact":"a.1.pdf","bytes":9})" : "";
  Event event{
      .job = job,
      .seq = ++history.seq,
      .kind = kind,
      .data = fmt::format(R"({{"job":"{}","seq":{},"made":{}{}}})", job.text, history.seq, ++published_, result)};
  history.last = kind;
  history.events.push_back(event);
  if (watched_.count(job) > 0) live_.emplace_back(event);
  return event;
}

void FakeEvents::trim(const JobId& job, std::size_t kept) {
  auto& events = jobs_[job].events;
  while (events.size() > kept) events.pop_front();
}

void FakeEvents::roll_back(const JobId& job, Seq seq) {
  History& history = jobs_[job];
  while (!history.events.empty() && history.events.back().seq > seq) history.events.pop_back();
  history.seq = std::min(history.seq, seq);
  history.last = history.events.empty() ? EventKind::queued : history.events.back().kind;
  lose_replays();
  lose_live();
}

Job FakeEvents::present(const JobId& job) const {
  const History& history = jobs_.at(job);
  Job present;
  present.id = job;
  present.seq = history.seq;
  present.state = state_after(history.last);
  if (present.state == JobState::succeeded) present.artifact.emplace().name = "a.1.pdf";
  return present;
}

void FakeEvents::watch(const JobId& job) {
  watched_.insert(job);
  live_.emplace_back(Acknowledgement{job});
}

void FakeEvents::unwatch(const JobId& job) {
  watched_.erase(job);
  const auto is_of_job = [&](const Message& message) {
    if (const auto* event = std::get_if<Event>(&message)) return event->job == job;
    const auto* acknowledgement = std::get_if<Acknowledgement>(&message);
    return acknowledgement != nullptr && acknowledgement->job == job;
  };
  live_.erase(std::remove_if(live_.begin(), live_.end(), is_of_job), live_.end());
}

void FakeEvents::replay(const JobId& job, Span span, ReplayDone done) {
  requests_.push_back({job, span, std::move(done)});
}

bool FakeEvents::step_live() {
  if (live_.empty()) return false;
  const auto message = std::move(live_.front());
  live_.pop_front();
  if (const auto* event = std::get_if<Event>(&message))
    listener_->on_event(*event);
  else if (std::holds_alternative<Back>(message))
    listener_->on_back(all_jobs);
  else
    listener_->on_subscribed(std::get<Acknowledgement>(message).job);
  return true;
}

bool FakeEvents::step_replay() {
  if (requests_.empty()) return false;
  Request request = std::move(requests_.front());
  requests_.pop_front();
  Replay replay;
  const auto found = jobs_.find(request.job);
  if (found != jobs_.end()) {
    replay.job = present(request.job);
    for (const Event& event : found->second.events)
      if (event.seq > request.span.after) replay.events.push_back(event);
  } else if (find_job) {
    replay.job = find_job(request.job);
  }
  if (replay.job && request.span.newest <= replay.job->seq &&
      replay.events.size() == replay.job->seq - request.span.after)
    replay.job = outline(*replay.job);
  answers_.push_back({std::move(request.done), std::move(replay)});
  return true;
}

bool FakeEvents::step_replay_answer() {
  if (answers_.empty()) return false;
  const Answer answer = std::move(answers_.front());
  answers_.pop_front();
  answer.done(answer.replay);
  return true;
}

void FakeEvents::settle() {
  while (step_live() || step_replay() || step_replay_answer()) {
  }
}

void FakeEvents::lose_live() {
  live_.clear();
  watched_.clear();
  listener_->on_lost(all_jobs);
  live_.emplace_back(Back{});
}

void FakeEvents::lose_replays() {
  std::deque<Answer> failed;
  for (Answer& answer : std::exchange(answers_, {}))
    failed.push_back({std::move(answer.done), fail(Errc::unavailable, "Redis cannot be reached.")});
  for (Request& request : std::exchange(requests_, {}))
    failed.push_back({std::move(request.done), fail(Errc::unavailable, "Redis cannot be reached.")});
  answers_ = std::move(failed);
}

}  // namespace platen::test
