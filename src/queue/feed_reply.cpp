#include "queue/feed_reply.hpp"

#include <algorithm>
#include <utility>

#include "queue/scripts.hpp"

namespace platen::queue {

namespace {

/// How `change` in lua/prelude.lua begins all data.
constexpr std::string_view data_begin = R"({"job":")";

}  // namespace

std::vector<std::string> feed_arguments(const Tenant& tenant, const std::optional<FeedPosition>& after,
                                        std::size_t most, std::size_t shard) {
  return {tenant.text, after ? after->at(shard).text() : "$", std::to_string(most)};
}

std::optional<FeedEvent> feed_event_from(const redis::Value& entry) {
  const auto position = parse_stream_position(entry[0].text());
  const std::string_view text = entry[1][1].text();
  const std::size_t space = std::min(text.find(' '), text.size());
  const auto kind = event_kind_from(text.substr(0, space));
  const std::string_view data = text.substr(std::min(space + 1, text.size()));
  if (!position || !kind || data.substr(0, data_begin.size()) != data_begin) return std::nullopt;
  const std::string_view id = data.substr(data_begin.size());
  auto job = parse_job_id(id.substr(0, id.find('"')));
  if (!job) return std::nullopt;
  const std::size_t shard = shard_of(*job);
  return FeedEvent{FeedPosition::on(shard, *position), *std::move(job), *kind, std::string(data)};
}

Result<FeedPage> feed_page_from(const redis::Value& reply, std::size_t shard) {
  if (reply.is_error()) return fail(error_of(reply));
  const auto end = parse_stream_position(reply[0].text());
  if (!end) return fail(Errc::internal, "the queue tells of a feed that this version cannot read");
  FeedPage page{.events = {},
                .end = FeedPosition::on(shard, *end),
                .has_more = reply[1].integer() == 1,
                .has_lost = reply[2].integer() == 1};
  const redis::Value entries = reply[3];
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (auto event = feed_event_from(entries[i])) page.events.push_back(*std::move(event));
  }
  return page;
}

}  // namespace platen::queue
