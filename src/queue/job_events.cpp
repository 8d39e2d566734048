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

bool all_jobs(const JobId&) { return true; }

/// The text before the first space, which is taken off `rest` with it.
std::string_view next_word(std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  return word;
}

/// An event as `change` in lua/prelude.lua publishes it: `<seq> <kind> <data>`.
std::optional<Event> event_from(JobId job, std::string_view message) {
  const std::string_view number = next_word(message);
  const auto kind = event_kind_from(next_word(message));
  Event event{std::move(job), 0, kind.value_or(EventKind::queued), std::string(message)};
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

/// Of a job whose events say the rest: tenant, state and seq.
Result<Job> outline_from(const JobId& id, const redis::Value& parts) {
  const auto state = job_state_from(parts[1].text());
  if (!state) return fail(Errc::internal, "the queue holds a job that this version cannot read");
  Job job;
  job.id = id;
  job.tenant = Tenant{std::string(parts[0].text())};
  job.state = *state;
  job.seq = static_cast<Seq>(parts[2].integer());
  return job;
}

Result<Replay> replay_from(const JobId& job, const redis::Value& reply) {
  if (reply.is_error()) return fail(error_of(reply));
  Replay replay;
  if (reply[0].is_nil()) return replay;
  auto snapshot = reply[0].size() == 3 ? outline_from(job, reply[0]) : job_from(reply[0]);
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
      channel_prefix_length_(keys_.events({}).size()),
      subscriber_(loop, url,
                  {[this] {
                     if (listener_ != nullptr) listener_->on_back(all_jobs);
                   },
                   [this] { lose_all(); }, [this](const redis::Value& push) { take(push); }},
                  options),
      reader_(loop, url, {}, options),
      feeds_(loop, url, options, keys) {}

void RedisJobEvents::send(std::string_view verb, const JobId& job) {
  const std::string channel = keys_.events(job);
  const std::string_view command[] = {verb, channel};
  subscriber_.send(command);
}

void RedisJobEvents::watch(const JobId& job) {
  if (!subscriber_.is_up()) return;
  ++unacknowledged_[job];
  send("SUBSCRIBE", job);
}

void RedisJobEvents::unwatch(const JobId& job) { send("UNSUBSCRIBE", job); }

void RedisJobEvents::replay(const JobId& job, Span span, ReplayDone done) {
  run(reader_, keys_, scripts::replay, {job.text, std::to_string(span.after), std::to_string(span.newest)},
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
  return JobId{std::string(channel.substr(std::min(channel_prefix_length_, channel.size())))};
}

void RedisJobEvents::lose_all() {
  unacknowledged_.clear();
  if (listener_ != nullptr) listener_->on_lost(all_jobs);
}

void RedisJobEvents::take(const redis::Value& push) {
  const std::string_view type = push[0].text();
  if (type == "message") {
    auto event = event_from(job_of_channel(push[1].text()), push[2].text());
    if (event && listener_ != nullptr) listener_->on_event(*std::move(event));
  } else if (type == "subscribe") {
    take_acknowledgement(job_of_channel(push[1].text()));
  } else if (push.is_error()) {
    log_sparsely(spdlog::level::err, "redis refused a subscription", push.text());
  }
}

void RedisJobEvents::take_acknowledgement(const JobId& job) {
  const auto found = unacknowledged_.find(job);
  if (found == unacknowledged_.end() || --found->second > 0) return;
  unacknowledged_.erase(found);
  if (listener_ != nullptr) listener_->on_subscribed(job);
}

}  // namespace platen::queue
