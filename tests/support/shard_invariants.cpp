#include "tests/support/shard_invariants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace platen::test {

namespace {

using Texts = std::vector<std::string>;

/// The first job that a text names, or an empty text.
std::string job_in(const std::string& text) {
  constexpr std::size_t id_bytes = 31;
  const std::size_t at = text.find("job_");
  return at == std::string::npos ? std::string() : text.substr(at, id_bytes);
}

/// An entry of an outbox: its names and values.
using Entry = Texts;

class Checker {
 public:
  explicit Checker(const ShardCallers& shards) : shards_(shards) {}

  Texts check() {
    if (shards_.size() == 1) return {};
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) check_keys(shard);
    check_outboxes();
    return std::move(broken_);
  }

 private:
  void expect(bool holds, std::string sentence) {
    if (!holds) broken_.push_back(std::move(sentence));
  }

  void check_keys(std::size_t shard) {
    const std::string prefix = prefix_of(shard);
    for (const std::string& key : texts(*shards_[shard], {"KEYS", prefix + "*"})) {
      const std::string name = key.substr(prefix.size());
      const std::string job = job_in(name);
      expect(job.empty() || shard_named_by(job) == shard, key + " is on another's shard");
      for (const char* const begin : {"dedupe:", "content:"})
        if (name.starts_with(begin)) meet(name, shard);
      for (const char* const begin : {"keys", "webhook", "delivery:", "due:", "lanes"})
        expect(shard == 0 || !name.starts_with(begin), key + " is not on the first shard");
      if (name.starts_with("feed:")) check_feed(key, shard);
      if (name.starts_with("job:") && name.find(':', 4) == std::string::npos) check_group(key, shard);
    }
  }

  /// What must be on one shard has been seen on this one.
  void meet(const std::string& name, std::size_t shard) {
    const auto [place, is_new] = met_.emplace(name, shard);
    expect(is_new || place->second == shard, name + " is on two shards");
  }

  void check_group(const std::string& key, std::size_t shard) {
    const Texts of_job = texts(*shards_[shard], {"HMGET", key, "tenant", "group"});
    if (!of_job[1].empty()) meet("group " + of_job[0] + ":" + of_job[1], shard);
  }

  void check_feed(const std::string& key, std::size_t shard) {
    const redis::Reply entries = ask(*shards_[shard], {"XRANGE", key, "-", "+"});
    for (std::size_t i = 0; i < redis::Value(entries).size(); ++i) {
      const std::string job = job_in(std::string(redis::Value(entries)[i][1][1].text()));
      expect(!job.empty() && shard_named_by(job) == shard, fmt::format("{} tells of '{}'", key, job));
    }
  }

  std::vector<Entry> outbox_of(std::size_t shard) {
    const redis::Reply stream = ask(*shards_[shard], {"XRANGE", prefix_of(shard) + "outbox", "-", "+"});
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < redis::Value(stream).size(); ++i) {
      const redis::Value fields = redis::Value(stream)[i][1];
      Entry& entry = entries.emplace_back();
      for (std::size_t field = 0; field < fields.size(); ++field) entry.emplace_back(fields[field].text());
    }
    return entries;
  }

  void check_outboxes() {
    const std::vector<Entry> brought = outbox_of(0);
    const std::set<Entry> first(brought.begin(), brought.end());
    const bool is_first_whole = is_whole(*shards_.front(), prefix_of(0) + "outbox");
    for (std::size_t shard = 1; shard < shards_.size(); ++shard) {
      for (const Entry& entry : outbox_of(shard)) {
        const std::string job = job_in(entry.at(1));
        expect(shard_named_by(job) == shard, fmt::format("{} ended in the outbox of shard {}", job, shard));
        const bool is_told = std::count(entry.begin(), entry.end(), "snapshot") > 0;
        expect(!is_told || !is_first_whole || first.count(entry) > 0,
               job + " has ended, and the first shard is not told");
      }
      check_carried(*shards_[shard], prefix_of(shard) + "outbox");
    }
  }

  static bool is_whole(redis::Caller& redis, const std::string& stream) {
    if (redis::Value(ask(redis, {"EXISTS", stream})).integer() == 0) return true;
    const auto about = numbers(redis, {"XINFO", "STREAM", stream});
    return about.at("length") == about.at("entries-added");
  }

  void check_carried(redis::Caller& redis, const std::string& outbox) {
    if (redis::Value(ask(redis, {"EXISTS", outbox})).integer() == 0) return;
    const redis::Reply pending = ask(redis, {"XPENDING", outbox, "webhooks"});
    expect(redis::Value(pending)[0].integer() == 0, outbox + " has entries that were taken and not brought");
  }

  const ShardCallers& shards_;
  std::map<std::string, std::size_t> met_;  // what may be on one shard alone, and where it is
  Texts broken_;
};

}  // namespace

std::vector<std::string> broken_across(const ShardCallers& shards) { return Checker(shards).check(); }

}  // namespace platen::test
