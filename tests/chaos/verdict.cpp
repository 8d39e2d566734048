#include "tests/chaos/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/fd.hpp"

namespace platen::chaos {

namespace {

using Texts = std::vector<std::string>;
constexpr std::size_t most_log_bytes = 1UL << 30U;

bool may_end(const Wish& wish, const std::string& state, const std::string& code) {
  if (state == "succeeded") return !wish.is_bad;
  if (state == "canceled") return wish.is_to_cancel;
  if (state.empty()) return wish.is_to_delete;
  return state == "failed" && wish.is_bad && code == "bad_data";
}

/// What tells an event from all others: its kind, its job and its number.
std::string which_event(const std::string& message) { return message.substr(0, message.find(R"(,"status")")); }

}  // namespace

Texts wrong_ends(test::Fleet& fleet, const Ledger& ledger) {
  Texts wrong;
  std::set<std::string> keys;
  long long there = 0;
  for (const auto& [job, wish] : ledger.jobs) {
    const std::string state = fleet.state_of(job);
    const std::string error = state == "failed" ? fleet.field_of(job, "error") : std::string();
    if (!may_end(wish, state, test::text_field(error, "code")))
      wrong.push_back(fmt::format("{} ({}) ended as '{}' {}", job, wish.key, state, error));
    if (!keys.insert(wish.key).second) wrong.push_back(wish.key + " made two jobs");
    there += state.empty() ? 0 : 1;
  }
  long long listed = 0;
  for (std::size_t shard = 0; shard < fleet.shards(); ++shard)
    listed += redis::Value(fleet.redis(shard)({"ZCARD", test::prefix_of(shard) + "jobs:default"})).integer();
  if (listed != there) wrong.push_back(fmt::format("{} jobs are listed, {} are known", listed, there));
  return wrong;
}

Texts wrong_streams(test::Fleet& fleet, const Ledger& ledger) {
  Texts wrong;
  for (const auto& [job, seen] : ledger.streams) {
    const redis::Reply kept = fleet.events_of(job);
    const redis::Value entries(kept);
    bool is_same = entries.size() == seen.size();
    for (std::size_t i = 0; is_same && i < seen.size(); ++i) {
      const std::string event(entries[i][1][1].text());
      is_same = entries[i][0].text() == seen[i].id + "-0" && event == seen[i].event &&
                (event == "succeeded" || entries[i][1][3].text() == seen[i].data);  // that one has a link in it
    }
    if (!is_same) wrong.push_back(fmt::format("{} has {} events, {} were seen", job, entries.size(), seen.size()));
  }
  return wrong;
}

Texts wrong_feed(test::Fleet& fleet, const std::vector<test::SeenEvent>& seen) {
  std::vector<Texts> seen_of(fleet.shards());
  Texts wrong;
  for (const test::SeenEvent& event : seen) {
    const std::string job = test::text_field(event.data, "job");
    if (job.empty())
      wrong.push_back(fmt::format("the feed had a '{}': {}", event.event, event.data));
    else
      seen_of.at(test::shard_named_by(job)).push_back(which_event(event.event + " " + event.data));
  }
  for (std::size_t shard = 0; shard < fleet.shards(); ++shard) {
    Texts kept;
    const redis::Reply feed = fleet.redis(shard)({"XRANGE", test::prefix_of(shard) + "feed:default", "-", "+"});
    for (std::size_t i = 0; i < redis::Value(feed).size(); ++i)
      kept.push_back(which_event(std::string(redis::Value(feed)[i][1][1].text())));
    const Texts& given = seen_of[shard];
    const auto [first, second] = std::mismatch(given.rbegin(), given.rend(), kept.rbegin(), kept.rend());
    if (second != kept.rend())  // what was trimmed is not there to be compared
      wrong.push_back(fmt::format("the feed gave {} events of shard {}, of {}; from the end, '{}' stands for '{}'",
                                  given.size(), shard, kept.size(), first == given.rend() ? "" : *first, *second));
  }
  return wrong;
}

Texts missing_messages(test::Fleet& fleet, const Ledger& ledger, test::WebhookTarget& target) {
  std::map<std::string, std::set<std::string>> told;  // the job and its end -> ids of messages
  std::set<std::string> called;                       // paths that were answered well in the end
  std::map<std::string, int> calls;
  for (const test::SeenMessage& message : target.seen()) {
    if (message.path != "/ok") {
      if (++calls[message.path] > 1) called.insert(message.path);  // the first one gets a 500
      continue;
    }
    const std::string type = test::text_field(message.body, "type");
    told[test::text_field(message.body, "id") + " " + type].insert(message.headers.at("webhook-id"));
  }
  Texts missing;
  for (const auto& [job, wish] : ledger.jobs) {
    const std::string state = fleet.state_of(job);
    if (state.empty()) continue;  // removed: its end was told, but who knows which it was
    const auto messages = told.find(job + " job." + state);
    if (messages == told.end()) missing.push_back(fmt::format("nobody was told that {} has {}", job, state));
    // A job that failed and was run again ends more than once, each time under an id of its own.
    const bool ended_once = fleet.field_of(job, "redrives").empty();
    if (messages != told.end() && ended_once && messages->second.size() != 1)
      missing.push_back(fmt::format("{} has {} ids of messages", job, messages->second.size()));
    if (!wish.callback_path.empty() && called.count(wish.callback_path) == 0)
      missing.push_back(fmt::format("{} was not called for {}", wish.callback_path, job));
  }
  return missing;
}

Texts double_completions(const test::Fleet& fleet) {
  std::map<std::string, int> accepted;
  for (std::size_t i = 0; i < fleet.workers(); ++i) {
    const std::string log =
        read_file(fleet.folder() / ("worker" + std::to_string(i) + ".log"), most_log_bytes).value_or(std::string());
    static const std::string mark = "succeeded job_id=";
    for (std::size_t at = log.find(mark); at != std::string::npos; at = log.find(mark, at + 1))
      ++accepted[log.substr(at + mark.size(), log.find(' ', at + mark.size()) - at - mark.size())];
  }
  Texts doubles;
  for (const auto& [job, times] : accepted)
    if (times > 1) doubles.push_back(fmt::format("{} results of {} were accepted", times, job));
  return doubles;
}

}  // namespace platen::chaos
