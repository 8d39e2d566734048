#include "tests/support/fake_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace platen::test {

FeedEvent FakeFeed::publish(EventKind kind) {
  const JobId job{fmt::format("job_{}{:026}", shard_digit(shard_), ++last_ms_)};
  const char* result = kind == EventKind::succeeded ? R"(,"result":{"artifact":"a.1.pdf","bytes":9})" : "";
  FeedEvent event{FeedPosition::on(shard_, {last_ms_, 0}), job, kind,
                  fmt::format(R"({{"job":"{}","seq":1{}}})", job.text, result)};
  events_.push_back(event);
  ++added_;
  last_ = place_of(event);
  if (!watched_.empty()) live_.emplace_back(event);
  return event;
}

void FakeFeed::trim(std::size_t kept) {
  while (events_.size() > kept) events_.pop_front();
}

void FakeFeed::undo(std::size_t count) {
  for (; count > 0 && !events_.empty(); --count, --added_) events_.pop_back();
  last_ = events_.empty() ? StreamPosition{} : place_of(events_.back());
  if (events_.empty()) added_ = 0;
  lose_reads();
  lose_live();
}

FeedPage FakeFeed::page(const std::optional<FeedPosition>& wanted, std::size_t most) const {
  std::optional<StreamPosition> after;
  if (wanted) after = wanted->at(shard_);
  FeedPage page;
  page.end = FeedPosition::on(shard_, std::max(after.value_or(last_), last_));
  if (!after) return page;
  const bool is_moment = after->number == std::numeric_limits<std::uint64_t>::max();
  const auto first =
      std::find_if(events_.begin(), events_.end(), [&](const FeedEvent& e) { return place_of(e) > *after; });
  if (*after != StreamPosition{} && *after != last_) {
    const StreamPosition oldest = events_.empty() ? last_ : place_of(events_.front());
    const bool is_there =
        std::any_of(events_.begin(), events_.end(), [&](const FeedEvent& e) { return place_of(e) == *after; });
    page.has_lost = is_moment ? added_ > events_.size() && *after < oldest : !is_there;
  }
  if (page.has_lost && *after > last_) {
    page.end = FeedPosition::on(shard_, last_);
    return page;
  }
  const auto count = std::min<std::size_t>(most, static_cast<std::size_t>(events_.end() - first));
  page.events.assign(first, first + static_cast<std::ptrdiff_t>(count));
  page.has_more = count == most;
  if (count > 0) page.end = page.events.back().position;
  return page;
}

void FakeFeed::watch_feed(const Tenant& tenant) {
  watched_.insert(tenant);
  live_.emplace_back(Acknowledgement{tenant});
}

void FakeFeed::unwatch_feed(const Tenant& tenant) {
  watched_.erase(tenant);
  live_.clear();
}

void FakeFeed::read_feed(const Tenant&, const std::optional<FeedPosition>& after, std::size_t most, Read done) {
  ++reads;
  requests_.push_back({after, most, std::move(done)});
}

Result<FeedPage> FakeFeed::read_feed(const Tenant&, const std::optional<FeedPosition>& after, std::size_t most) {
  if (!is_up) return fail(Errc::unavailable, "The queue cannot be reached.");
  return page(after, most);
}

bool FakeFeed::step_live() {
  if (live_.empty()) return false;
  const auto message = std::move(live_.front());
  live_.pop_front();
  if (const auto* event = std::get_if<FeedEvent>(&message))
    listener_->on_feed_event(*watched_.begin(), *event);
  else
    listener_->on_feed_subscribed(std::get<Acknowledgement>(message).tenant);
  return true;
}

bool FakeFeed::step_read() {
  if (requests_.empty()) return false;
  Request request = std::move(requests_.front());
  requests_.pop_front();
  answers_.push_back({std::move(request.done), page(request.after, request.most)});
  return true;
}

bool FakeFeed::step_read_answer() {
  if (answers_.empty()) return false;
  const Answer answer = std::move(answers_.front());
  answers_.pop_front();
  answer.done(answer.page);
  return true;
}

void FakeFeed::settle() {
  while (step_live() || step_read() || step_read_answer()) {
  }
}

void FakeFeed::lose_live() {
  live_.clear();
  if (listener_ != nullptr) listener_->on_feeds_lost();
  for (const Tenant& tenant : watched_) live_.emplace_back(Acknowledgement{tenant});
}

void FakeFeed::lose_reads() {
  std::deque<Answer> failed;
  for (Answer& answer : std::exchange(answers_, {}))
    failed.push_back({std::move(answer.done), fail(Errc::unavailable, "Redis cannot be reached.")});
  for (Request& request : std::exchange(requests_, {}))
    failed.push_back({std::move(request.done), fail(Errc::unavailable, "Redis cannot be reached.")});
  answers_ = std::move(failed);
}

}  // namespace platen::test
