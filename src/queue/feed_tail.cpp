#include "queue/feed_tail.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "queue/feed_reply.hpp"
#include "queue/loop_script.hpp"

namespace platen::queue {

namespace {

// Less than what a connection may be silent for before it is asked whether it lives; and how long a feed that is
// watched beside others may wait to be among them.
constexpr const char* block_ms = "250";
constexpr const char* entries_a_read = "200";
constexpr std::chrono::milliseconds retry_after{1000};

}  // namespace

void FeedTail::watch(const Tenant& tenant) {
  ends_.try_emplace(tenant);
  if (!connection_)
    connection_.emplace(loop_, url_, redis::LoopConnection::Events{[this] { find_ends(); }, [this] { lose(); }, {}},
                        options_);
  else if (connection_->is_up())
    find_end(tenant);
}

void FeedTail::find_ends() {
  for (const auto& [tenant, end] : ends_)
    if (!end) find_end(tenant);
}

void FeedTail::find_end(const Tenant& tenant) {
  run(*connection_, keys_, scripts::feed, feed_arguments(tenant, std::nullopt, 1, keys_.shard()),
      [this, tenant](const Result<redis::Reply>& reply) {
        if (!reply) return;  // the connection is lost, and will be found up again
        const auto page = feed_page_from(*reply, keys_.shard());
        const auto found = ends_.find(tenant);
        if (!page) return try_again();
        if (found == ends_.end() || found->second) return;
        found->second = page->end.at(keys_.shard());
        if (listener_ != nullptr) listener_->on_feed_subscribed(tenant);
        read();
      });
}

void FeedTail::lose() {
  is_reading_ = false;
  for (auto& [tenant, end] : ends_) end.reset();
  if (listener_ != nullptr) listener_->on_feeds_lost();
}

void FeedTail::read() {
  if (is_reading_ || !connection_->is_up()) return;
  std::vector<std::string> keys;
  std::vector<std::string> ends;
  for (const auto& [tenant, end] : ends_) {
    if (!end) continue;
    keys.push_back(keys_.feed(tenant));
    ends.push_back(end->text());
  }
  if (keys.empty()) return;
  std::vector<std::string_view> command{"XREAD", "COUNT", entries_a_read, "BLOCK", block_ms, "STREAMS"};
  command.insert(command.end(), keys.begin(), keys.end());
  command.insert(command.end(), ends.begin(), ends.end());
  is_reading_ = true;
  connection_->call(command, [this](const Result<redis::Reply>& reply) { take(reply); });
}

void FeedTail::take(const Result<redis::Reply>& reply) {
  if (!reply) return;  // as above
  is_reading_ = false;
  const redis::Value streams(*reply);
  if (streams.is_error()) {
    log_line(spdlog::level::err, "redis refuses to read feeds", {{"reason", streams.text()}});
    return try_again();
  }
  const std::size_t prefix_length = keys_.feed({}).size();
  for (std::size_t i = 0; i < streams.size(); ++i)
    take_entries(Tenant{std::string(streams[i][0].text().substr(prefix_length))}, streams[i][1]);
  read();
}

void FeedTail::try_again() {
  retry_ = loop_.after(retry_after, [this] {
    if (!connection_->is_up()) return;  // all is begun anew when it is
    find_ends();
    read();
  });
}

void FeedTail::take_entries(const Tenant& tenant, const redis::Value& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto found = ends_.find(tenant);
    const auto position = parse_stream_position(entries[i][0].text());
    // One that was left and watched again meanwhile begins at its new end.
    if (found == ends_.end() || !found->second || !position || *position <= *found->second) continue;
    found->second = position;
    auto event = feed_event_from(entries[i]);
    if (event && listener_ != nullptr) listener_->on_feed_event(tenant, *std::move(event));
  }
}

}  // namespace platen::queue
