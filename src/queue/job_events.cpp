#include "queue/job_events.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log_sparsely.hpp"
#include "queue/feed_reply.hpp"
#include "queue/job_reply.hpp"
#include "queue/loop_script.hpp"

namespace platen::queue {

namespace {

// After Redis returns, so many channels go into one SUBSCRIBE.
constexpr std::size_t channels_a_command = 500;

/// The text before the first space, which is taken off `rest` with it.
std::string_view next_word(std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  return word;
}

/// An event as `change` in lua/prelude.lua publishes it: `<seq> <kind> <data>`.
std::optional<Event> event_from(const JobId& job, std::string_view message) {
  const std::string_view number = next_word(message);
  const auto kind = event_kind_from(next_word(message));
  Event event{job, 0, kind.value_or(EventKind::queued), std::string(message)};
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), event.seq);
  if (!kind || error != std::errc() || event.seq == 0) return std::nullopt;
  return event;
}

/// A stream's entry: its id is `<seq>-0`, its fields are `event` and `data`.
std::optional<Event> event_from(const JobId& job, const redis::Value& entry) {
  const auto kind = event_kind_from(entry[1][1].text());
  const std::string_view id = entry[0].text();
  Event event{job, 0, kind.value_or(EventKind::queued), std::string(entry[1][3].text())};
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), event.seq);
  if (!kind || error != std::errc()) return std::nullopt;
  return event;
}

Result<Replay> replay_from(const JobId& job, const redis::Value& reply) {
  if (reply.is_error()) return fail(error_of(reply));
  Replay replay;
  if (reply[0].is_nil()) return replay;
  auto snapshot = job_from(reply[0]);
  if (!snapshot) return fail(std::move(snapshot).error());
  replay.job = *std::move(snapshot);
  const redis::Value entries = reply[1];
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (auto event = event_from(job, entries[i])) replay.events.push_back(*std::move(event));
  }
  return replay;
}

}  // namespace

RedisJobEvents::RedisJobEvents(Loop& loop, const redis::Url& url, redis::LoopConnectionOptions options,
                               const Keys& keys)
    : keys_(keys),
      subscriber_(
          loop, url,
          {[this] { subscribe_all(); }, [this] { lose_all(); }, [this](const redis::Value& push) { take(push); }},
          options),
      reader_(loop, url, {}, options),
      feeds_(loop, url, options, keys) {}

void RedisJobEvents::watch(const JobId& job) {
  Subscription& subscription = subscriptions_[job];
  subscription.is_wanted = true;
  if (!subscriber_.is_up()) return;  // `subscribe_all` will
  ++subscription.unacknowledged;
  const std::string channel = keys_.events(job);
  const std::string_view command[] = {"SUBSCRIBE", channel};
  subscriber_.send(command);
}

void RedisJobEvents::unwatch(const JobId& job) {
  const auto found = subscriptions_.find(job);
  if (found == subscriptions_.end()) return;
  found->second.is_wanted = false;
  if (found->second.unacknowledged == 0) subscriptions_.erase(found);
  const std::string channel = keys_.events(job);
  const std::string_view command[] = {"UNSUBSCRIBE", channel};
  subscriber_.send(command);
}

void RedisJobEvents::replay(const JobId& job, Seq after, ReplayDone done) {
  run(reader_, keys_, scripts::replay, {job.text, std::to_string(after)},
      [job, done = std::move(done)](const Result<redis::Reply>& reply) {
        done(reply ? replay_from(job, *reply) : Result<Replay>(fail(reply.error())));
      });
}

void RedisJobEvents::read_feed(const Tenant& tenant, const std::optional<FeedPosition>& after, std::size_t most,
                               Read done) {
  run(reader_, keys_, scripts::feed, feed_arguments(tenant, after, most, keys_.shard()),
      [shard = keys_.shard(), done = std::move(done)](const Result<redis::Reply>& reply) {
        done(reply ? feed_page_from(*reply, shard) : Result<FeedPage>(fail(reply.error())));
      });
}

JobId RedisJobEvents::job_of_channel(std::string_view channel) const {
  const std::size_t prefix_length = keys_.events({}).size();
  return JobId{std::string(channel.substr(std::min(prefix_length, channel.size())))};
}

void RedisJobEvents::subscribe_all() {
  std::vector<std::string> channels;
  const auto send = [&] {
    std::vector<std::string_view> command{"SUBSCRIBE"};
    command.insert(command.end(), channels.begin(), channels.end());
    subscriber_.send(command);
    channels.clear();
  };
  for (auto& [job, subscription] : subscriptions_) {
    subscription.unacknowledged = 1;
    channels.push_back(keys_.events(job));
    if (channels.size() == channels_a_command) send();
  }
  if (!channels.empty()) send();
}

void RedisJobEvents::lose_all() {
  for (auto next = subscriptions_.begin(); next != subscriptions_.end();) {
    next->second.unacknowledged = 0;
    next = next->second.is_wanted ? std::next(next) : subscriptions_.erase(next);
  }
  if (listener_ == nullptr) return;
  for (const auto& [job, subscription] : subscriptions_) listener_->on_lost(job);
}

void RedisJobEvents::take(const redis::Value& push) {
  const std::string_view type = push[0].text();
  if (type == "message") return take_message(job_of_channel(push[1].text()), push[2].text());
  if (type == "subscribe") return take_acknowledgement(job_of_channel(push[1].text()));
  if (push.is_error()) log_sparsely(spdlog::level::err, "redis refused a subscription", push.text());
}

void RedisJobEvents::take_acknowledgement(const JobId& job) {
  const auto found = subscriptions_.find(job);
  if (found == subscriptions_.end() || found->second.unacknowledged == 0) return;
  if (--found->second.unacknowledged > 0) return;
  if (!found->second.is_wanted) {
    subscriptions_.erase(found);
  } else if (listener_ != nullptr) {
    listener_->on_subscribed(job);
  }
}

void RedisJobEvents::take_message(const JobId& job, std::string_view message) {
  const auto found = subscriptions_.find(job);
  if (found == subscriptions_.end() || !found->second.is_wanted || listener_ == nullptr) return;
  if (auto event = event_from(job, message)) listener_->on_event(*std::move(event));
}

}  // namespace platen::queue
