#include "tests/support/queue_invariants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "tests/support/redis_texts.hpp"

namespace platen::test {

namespace {

using Texts = std::vector<std::string>;
using Map = std::map<std::string, std::string>;

// As the names, these are written out once more.
constexpr std::size_t most_events = 200;
constexpr std::size_t most_bells = 64;

bool is_held(const std::string& state) { return state == "running" || state == "canceling"; }
bool is_due_later(const std::string& state) { return state == "delayed" || state == "retrying"; }
bool is_ended(const std::string& state) {
  return state == "succeeded" || state == "failed" || state == "canceled" || state == "expired";
}

/// The event that leads to a state.
bool made(const std::string& kind, const std::string& state) {
  if (state == "running") return kind == "started" || kind == "progress";
  if (state == "canceling") return kind == "canceling" || kind == "progress";
  return kind == state;
}

class Checker {
 public:
  Checker(redis::Caller& redis, std::size_t shard) : redis_(redis), prefix_(prefix_of(shard)) {}

  Texts check() {
    read_keys();
    for (const auto& [id, job] : jobs_) check_job(id, job);
    check_feeds();
    check_groups();
    check_waiting();
    check_that_all_are_known();
    check_uploads();
    return std::move(broken_);
  }

 private:
  redis::Reply ask(const Texts& command) { return test::ask(redis_, command); }
  Texts texts(const Texts& command) { return test::texts(redis_, command); }
  Map pairs(const Texts& command) { return test::pairs(redis_, command); }
  Map scores(const std::string& name) { return pairs({"ZRANGE", prefix_ + name, "0", "-1", "WITHSCORES"}); }

  void expect(bool holds, std::string sentence) {
    if (!holds) broken_.push_back(std::move(sentence));
  }

  void read_keys() {
    for (const char* const name : {"high", "normal", "low"}) read_ready(name);
    running_ = scores("running");
    delayed_ = scores("delayed");
    ended_ = scores("ended");
    expiry_ = scores("expiry");
    waiting_ = pairs({"HGETALL", prefix_ + "waiting"});
    active_ = pairs({"HGETALL", prefix_ + "groups:active"});
    leases_ = pairs({"HGETALL", prefix_ + "leases"});
    const redis::Reply outbox = ask({"XRANGE", prefix_ + "outbox", "-", "+"});
    if (redis::Value(outbox).size() > 0) {
      const auto about = numbers(redis_, {"XINFO", "STREAM", prefix_ + "outbox"});
      is_outbox_trimmed_ = about.at("entries-added") != about.at("length");
    }
    for (std::size_t i = 0; i < redis::Value(outbox).size(); ++i) {
      const redis::Value entry = redis::Value(outbox)[i][1];
      if (entry[11].text() != "callbacks")  // else it is one more request's for a job that had ended
        outbox_.emplace(entry[1].text(), entry[7].text());
    }
    expect(texts({"LRANGE", prefix_ + "bell", "0", "-1"}).size() <= most_bells, "the bell has too many tokens");
    for (const std::string& key : texts({"KEYS", "*"})) sort_in(key);
  }

  /// Of each tenant that has its turn, the list; who has none has no list.
  void read_ready(const std::string& priority) {
    std::set<std::string> seen;
    for (const std::string& tenant : texts({"LRANGE", prefix_ + "turns:" + priority, "0", "-1"})) {
      expect(seen.insert(tenant).second, tenant + " has two turns");
      const std::string key = prefix_ + "ready:" + priority + (tenant == "default" ? "" : ":" + tenant);
      const Texts ids = texts({"LRANGE", key, "0", "-1"});
      expect(!ids.empty(), tenant + " has a turn but no " + priority + " job");
      for (const std::string& id : ids) {
        expect(ready_.emplace(id, priority).second, id + " waits in the lists twice");
        tenants_of_ready_[id] = tenant;
      }
    }
    const std::string begin = prefix_ + "ready:" + priority;
    for (const std::string& key : texts({"KEYS", begin + "*"})) {
      const std::string tenant = key == begin ? "default" : key.substr(begin.size() + 1);
      expect(seen.count(tenant) == 1, key + " never has its turn");
    }
  }

  void sort_in(const std::string& key) {
    static const std::set<std::string> singles{
        "turns:high", "turns:normal", "turns:low", "bell",   "running", "workers",   "workers:reports",
        "leases",     "delayed",      "ended",     "expiry", "waiting", "outbox",    "groups:active",
        "stats",      "stored",       "drained",   "feeds",  "keys",    "keys:ends", "keys:version"};
    if (key.rfind(prefix_, 0) != 0) return expect(false, key + " is outside of the prefix");
    const std::string name = key.substr(prefix_.size());
    if (name.rfind("job:", 0) == 0) {
      const std::string id = name.substr(4, name.find(':', 4) - 4);
      if (name.size() == 4 + id.size())
        jobs_[id] = pairs({"HGETALL", key});
      else
        parts_.insert(name.substr(4));
    } else if (name.rfind("jobs:", 0) == 0) {
      listed_[name.substr(5)] = scores(name);
    } else if (name.rfind("dead:", 0) == 0) {
      for (const auto& [id, time] : scores(name))
        expect(dead_.emplace(id, name.substr(5)).second, id + " is dead for two tenants");
    } else if (name.rfind("group:", 0) == 0) {
      groups_[name.substr(6)] = texts({"LRANGE", key, "0", "-1"});
    } else if (name.rfind("feed:", 0) == 0) {
      read_feed(name.substr(5));
    } else if (is_of_webhooks(name)) {
      return;
    } else if (name.rfind("dedupe:", 0) == 0) {
      expect(redis::Value(ask({"PTTL", key})).integer() > 0, key + " never lapses");
    } else if (name.rfind("ready:", 0) == 0) {
      return;  // read_ready has read it
    } else if (name.rfind("rate:", 0) == 0) {
      expect(redis::Value(ask({"PTTL", key})).integer() > 0, key + " never lapses");
    } else if (name.rfind("upload:", 0) == 0) {
      uploads_[name.substr(7)] = pairs({"HGETALL", key});
    } else if (name.rfind("content:", 0) == 0) {
      expect(redis::Value(ask({"PTTL", key})).integer() > 0, key + " never lapses");
    } else {
      expect(singles.count(name) == 1, key + " is no key of the queue");
    }
  }

  static bool is_of_webhooks(const std::string& name) {
    if (name == "lanes") return true;
    for (const char* const begin : {"webhook:", "webhooks:", "delivery:", "due:"})
      if (name.rfind(begin, 0) == 0) return true;
    return false;
  }

  void check_job(const std::string& id, const Map& job) {
    const std::string state = job.at("state");
    expect(state == "queued" || is_due_later(state) || is_held(state) || is_ended(state), id + " is " + state);
    const auto waits = ready_.find(id);
    const bool waits_in_group = check_group_of(id, job);
    expect((waits != ready_.end()) == (state == "queued" && !waits_in_group),
           id + " is " + state + " but waits otherwise");
    expect(waits == ready_.end() || waits->second == job.at("priority"), id + " waits in another's list");
    expect(waits == ready_.end() || tenants_of_ready_[id] == job.at("tenant"), id + " waits in another tenant's list");
    expect((running_.count(id) == 1) == is_held(state), id + " is " + state + " but running says otherwise");
    expect((delayed_.count(id) == 1) == is_due_later(state), id + " is " + state + " but delayed says otherwise");
    expect((ended_.count(id) == 1) == is_ended(state), id + " is " + state + " but ended says otherwise");
    const auto dead = dead_.find(id);
    expect((dead != dead_.end()) == (state == "failed"), id + " is " + state + " but dead says otherwise");
    expect(dead == dead_.end() || dead->second == job.at("tenant"), id + " is another tenant's dead letter");
    expect((expiry_.count(id) == 1) == was_never_started(job), id + " is " + state + " but expiry says otherwise");
    if (expiry_.count(id) == 1) ++never_started_[job.at("tenant")];
    // Each time that it was run again, it had failed before. What was trimmed is not there to be counted.
    const std::size_t endings = redrives_of(job) + (is_ended(state) ? 1U : 0U);
    expect(outbox_.count(id) == endings || (is_outbox_trimmed_ && outbox_.count(id) < endings),
           id + " is " + state + " but the outbox says otherwise");
    if (is_ended(state) && outbox_.count(id) > 0)
      expect(std::prev(outbox_.upper_bound(id))->second == state, id + " ended otherwise in the outbox");
    if (is_held(state)) {
      const auto lease = leases_.find(job.at("nonce"));
      expect(lease != leases_.end() && lease->second == id, id + " is " + state + " without a lease");
    }
    const Map& listed = listed_[job.at("tenant")];
    const auto birth = listed.find(id);
    expect(birth != listed.end() && birth->second == job.at("created_at"), id + " is not listed");
    expect(std::stoi(job.at("attempt")) <= std::stoi(job.at("max_attempts")), id + " had too many attempts");
    expect(std::stoi(job.at("attempt")) >= 0, id + " had too many attempts refunded");
    expect(std::stoi(job.at("crashes")) <= 3, id + " crashed too often");
    expect((parts_.erase(id + ":spec") == 1) == (!is_ended(state) || state == "failed" || job.count("shown_spec") == 0),
           id + ": its spec");
    expect(parts_.erase(id + ":events") == 1, id + " has no events");
    if (state == "succeeded") {
      const long long bytes = std::stoll(job.at("artifact").substr(job.at("artifact").find("\"bytes\":") + 8));
      stored_bytes_[job.at("tenant")] += bytes;
      stored_bytes_[""] += bytes;
    }
    parts_.erase(id + ":callbacks");
    if (job.count("uploads") == 1) {
      std::istringstream uses(job.at("uploads"));
      for (std::string upload, bytes; uses >> upload >> bytes;) ++references_[upload];
    }
    check_events(id, job);
  }

  /// Neither before nor, if it was redriven, since then. An attempt that was refunded has left its time.
  static bool was_never_started(const Map& job) {
    const bool waits = job.at("state") == "queued" || job.at("state") == "delayed";
    return waits && job.at("attempt") == "0" && (job.count("started_at") == 0 || job.at("started_at").empty());
  }

  /// Whether it waits behind another member of its group. A member that is ready, in work or retrying is the group's
  /// one; an ended or delayed one is in no list.
  bool check_group_of(const std::string& id, const Map& job) {
    const std::string& state = job.at("state");
    if (job.at("group").empty()) return false;
    const std::string name = job.at("tenant") + ":" + job.at("group");
    const auto active = active_.find(name);
    const bool is_active = active != active_.end() && active->second == id;
    const Texts& waiting = groups_[name];
    const auto times = std::count(waiting.begin(), waiting.end(), id);
    const bool is_through = is_held(state) || state == "retrying";
    if (is_through) expect(is_active, id + " is " + state + " beside its group");
    if (is_ended(state) || state == "delayed") expect(!is_active, id + " is " + state + " but leads its group");
    expect(times == (state == "queued" && !is_active ? 1 : 0), id + " is " + state + " but its group says otherwise");
    return times > 0;
  }

  void check_groups() {
    for (const auto& [name, id] : active_) {
      const auto job = jobs_.find(id);
      expect(job != jobs_.end() && job->second.at("tenant") + ":" + job->second.at("group") == name,
             name + " is led by " + id + ", which is no member");
    }
    for (const auto& [name, waiting] : groups_) {
      expect(waiting.empty() || active_.count(name) == 1, name + " waits for nobody");
      for (const std::string& id : waiting) expect(jobs_.count(id) == 1, id + " is gone but waits in " + name);
    }
  }

  void check_waiting() {
    for (const auto& [tenant, count] : waiting_)
      expect(count == std::to_string(never_started_[tenant]), tenant + " has another number of waiting jobs");
    for (const auto& [tenant, count] : never_started_) expect(waiting_.count(tenant) == 1, tenant + " is not counted");
  }

  static std::size_t redrives_of(const Map& job) {
    const auto redrives = job.find("redrives");
    return redrives == job.end() ? 0 : std::stoul(redrives->second);
  }

  void check_events(const std::string& id, const Map& job) {
    const redis::Reply reply = ask({"XRANGE", prefix_ + "job:" + id + ":events", "-", "+"});
    const redis::Value entries(reply);
    const std::size_t last = std::stoul(job.at("seq"));
    // Those before a redrive are gone.
    const bool begins_anew = redrives_of(job) > 0 && entries.size() > 0 && entries[0][1][1].text() == "queued";
    expect(entries.size() == last || (entries.size() < last && (entries.size() >= most_events || begins_anew)),
           fmt::format("{} has {} events at seq {}", id, entries.size(), last));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::size_t seq = last - entries.size() + 1 + i;
      expect(entries[i][0].text() == std::to_string(seq) + "-0", fmt::format("{} lacks event {}", id, seq));
      const std::string begin = fmt::format(R"({{"job":"{}","seq":{},"status":")", id, seq);
      expect(entries[i][1][3].text().substr(0, begin.size()) == begin, fmt::format("{}: event {} is odd", id, seq));
      const std::string kind(entries[i][1][1].text());
      if (kind != "progress") own_events_[id].push_back(kind + " " + std::string(entries[i][1][3].text()));
      expect(is_ended(kind) == (seq == last && is_ended(job.at("state"))), fmt::format("{} ended at {}", id, seq));
      if (seq == last) expect(made(kind, job.at("state")), id + " is " + job.at("state") + " after " + kind);
    }
  }

  void read_feed(const std::string& tenant) {
    feeds_.insert(tenant);
    const auto about = numbers(redis_, {"XINFO", "STREAM", prefix_ + "feed:" + tenant});
    is_feed_whole_ = is_feed_whole_ && about.at("length") == about.at("entries-added");
    const redis::Reply reply = ask({"XRANGE", prefix_ + "feed:" + tenant, "-", "+"});
    for (std::size_t i = 0; i < redis::Value(reply).size(); ++i) {
      const std::string message(redis::Value(reply)[i][1][1].text());
      const std::string id = message.substr(std::min(message.find(R"({"job":")") + 8, message.size()), 31);
      fed_[id].push_back(message);
      const auto job = jobs_.find(id);
      if (job != jobs_.end()) expect(job->second.at("tenant") == tenant, id + " is in another's feed");
    }
  }

  /// What a job's stream has, its tenant's feed has too, in that order, but for progress. Either may have been trimmed.
  void check_feeds() {
    for (const auto& [id, events] : own_events_) {
      const Texts& fed = fed_[id];
      const std::size_t common = std::min(events.size(), fed.size());
      expect(std::equal(events.end() - static_cast<std::ptrdiff_t>(common), events.end(),
                        fed.end() - static_cast<std::ptrdiff_t>(common)),
             id + " has another history in the feed");
      expect(fed.size() >= events.size() || !is_feed_whole_, id + " has events that are not in the feed");
    }
    const Texts known = texts({"SMEMBERS", prefix_ + "feeds"});
    for (const std::string& tenant : feeds_)
      expect(std::count(known.begin(), known.end(), tenant) == 1, tenant + " has a feed that nobody trims");
  }

  void check_that_all_are_known() {
    const auto all_known = [this](const Map& index, const char* name) {
      for (const auto& [id, score] : index) expect(jobs_.count(id) == 1, id + " is gone but in " + name);
    };
    all_known(ready_, "ready");
    all_known(running_, "running");
    all_known(delayed_, "delayed");
    all_known(ended_, "ended");
    all_known(dead_, "dead");
    all_known(expiry_, "expiry");
    for (const auto& [tenant, listed] : listed_) all_known(listed, "jobs");
    expect(leases_.size() == running_.size(), "there are more leases than jobs in work, or fewer");
    for (const std::string& part : parts_) expect(false, part + " is left of a job");
  }

  void check_uploads() {
    for (const auto& [upload, upload_of] : uploads_)
      expect(upload_of.at("jobs") == std::to_string(references_[upload]), upload + " is counted wrongly");
    for (const auto& [upload, count] : references_) expect(uploads_.count(upload) == 1, upload + " is not counted");
    for (const auto& [upload, upload_of] : uploads_) {
      stored_bytes_[upload_of.at("tenant")] += std::stoll(upload_of.at("bytes"));
      stored_bytes_[""] += std::stoll(upload_of.at("bytes"));
    }
    for (const auto& [tenant, bytes] : pairs({"HGETALL", prefix_ + "stored"})) {
      expect(bytes == std::to_string(stored_bytes_[tenant]), "'" + tenant + "' stores another number of bytes");
      stored_bytes_.erase(tenant);
    }
    for (const auto& [tenant, bytes] : stored_bytes_) expect(bytes == 0, tenant + " has its bytes counted nowhere");
  }

  redis::Caller& redis_;
  std::string prefix_;
  std::set<std::string> feeds_;              // tenants that have one
  bool is_feed_whole_ = true;                // nothing was ever trimmed
  std::map<std::string, Texts> fed_;         // by job: what the feed has of it
  std::map<std::string, Texts> own_events_;  // by job: what its stream has but progress
  std::map<std::string, Map> jobs_;
  std::map<std::string, Map> listed_;  // by tenant
  Map ready_;                          // id -> priority
  Map tenants_of_ready_;
  Map running_;
  Map delayed_;
  Map ended_;
  Map dead_;
  Map leases_;
  Map expiry_;
  Map waiting_;
  Map active_;
  std::map<std::string, Texts> groups_;
  std::map<std::string, int> never_started_;  // by tenant
  std::map<std::string, Map> uploads_;
  std::map<std::string, long long> stored_bytes_;  // by tenant
  std::multimap<std::string, std::string> outbox_;
  bool is_outbox_trimmed_ = false;
  std::map<std::string, int> references_;
  std::set<std::string> parts_;  // keys of jobs beside their hashes
  Texts broken_;
};

}  // namespace

std::vector<std::string> broken_invariants(redis::Caller& redis, std::size_t shard) {
  return Checker(redis, shard).check();
}

}  // namespace platen::test
