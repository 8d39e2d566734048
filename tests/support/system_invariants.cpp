#include "tests/support/system_invariants.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include "base/crypto.hpp"
#include "base/fd.hpp"
#include "codec/job_json.hpp"
#include "platen/store.hpp"
#include "tests/support/queue_invariants.hpp"
#include "tests/support/shard_invariants.hpp"

namespace platen::test {

namespace {

using Texts = std::vector<std::string>;
using Map = std::map<std::string, std::string>;

constexpr std::size_t most_bytes = 256UL << 20U;

Texts files_below(const std::filesystem::path& folder) {
  Texts files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  return files;
}

std::string name_of_file(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// From its first start to its end, in the text form of its events, which sorts as time does.
struct Turn {
  std::string job;
  std::string born;
  std::string started;
  std::string ended;  ///< empty: it has not
  bool keeps_order = false;
};

class Checker {
 public:
  Checker(const ShardCallers& shards, std::string data_dir, const Promises& promises)
      : shards_(shards), data_dir_(std::move(data_dir)), promises_(promises), broken_(broken_across(shards)) {}

  Texts check() {
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) read_jobs(shard);
    for (const std::string& id : promises_.acknowledged)
      expect(jobs_.count(id) == 1, id + " was acknowledged and is lost");
    for (const auto& [id, job] : jobs_) look_at(id, job);
    check_turns();
    check_artifacts();
    check_uploads();
    return std::move(broken_);
  }

 private:
  void expect(bool holds, std::string sentence) {
    if (!holds) broken_.push_back(std::move(sentence));
  }

  void read_jobs(std::size_t shard) {
    const Texts broken = broken_invariants(*shards_[shard], shard);
    broken_.insert(broken_.end(), broken.begin(), broken.end());
    const std::string begin = prefix_of(shard) + "job:";
    for (const std::string& key : texts(*shards_[shard], {"KEYS", begin + "*"})) {
      const std::string id = key.substr(begin.size());
      if (id.find(':') == std::string::npos) jobs_[id] = pairs(*shards_[shard], {"HGETALL", key});
    }
  }

  void look_at(const std::string& id, const Map& job) {
    if (job.at("state") == "succeeded") check_result(id, job);
    if (!job.at("group").empty()) add_turn(id, job);
  }

  std::string path_of(const std::string& kind, const std::string& name) const {
    const std::string stem = name.substr(0, name.find('.'));
    return data_dir_ + "/" + kind + "/" + stem.substr(stem.size() - 2) + "/" + name;
  }

  void check_result(const std::string& id, const Map& job) {
    const auto artifact = codec::decode_artifact(job.at("artifact"));
    if (!artifact) return expect(false, id + " has a result that cannot be read");
    results_.insert(artifact->name);
    const auto bytes = read_file(path_of("artifacts", artifact->name), most_bytes);
    if (!bytes) return expect(promises_.deleting.count(id) == 1, id + " succeeded and its file is not there");
    expect(bytes->size() == artifact->bytes, id + "'s file has another size than it says");
    Sha256 sum;
    sum.update(*bytes);
    expect(hex(sum.finish()) == artifact->sha256, id + "'s file has other bytes than it says");
    expect(bytes->starts_with("%PDF-"), id + "'s file is no PDF");
  }

  void add_turn(const std::string& id, const Map& job) {
    const std::size_t shard = shard_named_by(id);
    const redis::Reply reply =
        ask(*shards_.at(shard), {"XRANGE", prefix_of(shard) + "job:" + id + ":events", "-", "+"});
    const redis::Value entries(reply);
    Turn turn{.job = id, .born = job.at("created_at"), .started = {}, .ended = {}, .keeps_order = true};
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string kind(entries[i][1][1].text());
      const std::string data(entries[i][1][3].text());
      const std::string at = data.substr(data.rfind("\"at\":\"") + 6, 24);
      if (kind == "started" && turn.started.empty()) turn.started = at;
      if (kind == "delayed" || job.count("redrives") == 1) turn.keeps_order = false;
      if (kind == "succeeded" || kind == "failed" || kind == "canceled" || kind == "expired") turn.ended = at;
    }
    if (!turn.started.empty()) turns_[job.at("tenant") + ":" + job.at("group")].push_back(turn);
  }

  void check_turns() {
    for (auto& [group, turns] : turns_) {
      std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
        return a.started != b.started ? a.started < b.started : a.ended < b.ended;
      });
      const Turn* before = nullptr;
      const Turn* before_in_order = nullptr;
      for (const Turn& turn : turns) {
        if (before != nullptr)
          expect(!before->ended.empty() && before->ended <= turn.started,
                 fmt::format("{} and {} of {} ran at once", before->job, turn.job, group));
        if (turn.keeps_order && before_in_order != nullptr)
          expect(before_in_order->born <= turn.born,
                 fmt::format("{} ran before {} of {}", before_in_order->job, turn.job, group));
        before = &turn;
        if (turn.keeps_order) before_in_order = &turn;
      }
    }
  }

  void check_artifacts() {
    for (const std::string& path : files_below(data_dir_ + "/artifacts")) {
      const std::string name = name_of_file(path);
      const auto owner = job_of_artifact(name);
      if (!owner) {
        expect(false, path + " is no artifact");
        continue;
      }
      if (results_.count(name) == 1) continue;
      const auto job = jobs_.find(owner->text);
      if (job == jobs_.end()) {
        left_artifacts_.push_back(name);
        continue;
      }
      unsigned long token = 0;
      const std::size_t dot = name.find('.') + 1;
      std::from_chars(name.data() + dot, name.data() + name.size(), token);
      expect(token <= std::stoul(job->second.at("token")), name + " is of an attempt that never was");
    }
    for (const std::string& name : left_artifacts_)
      expect(promises_.deleting.count(name.substr(0, name.find('.'))) == 1, name + " is of a job that is not there");
  }

  void check_uploads() {
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) check_uploads_of(shard);
    for (const std::string& path : files_below(data_dir_ + "/uploads"))
      expect(parse_upload_id(name_of_file(path)).has_value(), path + " is no upload");
    for (const std::string& path : files_below(data_dir_ + "/unfinished")) {
      std::string name = name_of_file(path);
      if (name.ends_with(".state")) name.resize(name.size() - 6);
      expect(parse_upload_id(name).has_value(), path + " is no unfinished upload");
    }
  }

  void check_uploads_of(std::size_t shard) {
    const std::string begin = prefix_of(shard) + "upload:";
    for (const std::string& key : texts(*shards_[shard], {"KEYS", begin + "*"})) {
      const std::string id = key.substr(begin.size());
      const Map upload = pairs(*shards_[shard], {"HGETALL", key});
      std::error_code error;
      const auto bytes = std::filesystem::file_size(path_of("uploads", id), error);
      expect(!error, id + " is used by a job and is not there");
      expect(error || std::to_string(bytes) == upload.at("bytes"), id + " has another size than it had");
    }
  }

  const ShardCallers& shards_;
  std::string data_dir_;
  const Promises& promises_;
  Texts broken_;
  std::map<std::string, Map> jobs_;
  std::map<std::string, std::vector<Turn>> turns_;  // by group
  std::set<std::string> results_;
  Texts left_artifacts_;
};

/// Keys of jobs that are left, and counters that are not back at nothing.
Texts left_in_redis(redis::Caller& redis, const std::string& prefix) {
  static const std::set<std::string> stay{"stats",  "outbox",  "bell",    "drained",        "lanes",
                                          "stored", "waiting", "workers", "workers:reports"};
  static const char* const stay_until_later[] = {"dedupe:", "content:", "webhook", "delivery:", "due:", "feed"};
  Texts left;
  for (const std::string& key : texts(redis, {"KEYS", "*"})) {
    const std::string name = key.substr(std::min(prefix.size(), key.size()));
    const bool stays = stay.count(name) == 1 || std::any_of(std::begin(stay_until_later), std::end(stay_until_later),
                                                            [&](const char* begin) { return name.starts_with(begin); });
    if (!stays) left.push_back(key);
  }
  for (const char* const counter : {"waiting", "stored"})
    for (const auto& [tenant, count] : pairs(redis, {"HGETALL", prefix + counter}))
      if (count != "0") left.push_back(fmt::format("{}{} of '{}': {}", prefix, counter, tenant, count));
  return left;
}

}  // namespace

Texts broken_in_system(const ShardCallers& shards, const std::string& data_dir, const Promises& promises) {
  return Checker(shards, data_dir, promises).check();
}

Texts left_behind(const ShardCallers& shards, const std::string& data_dir) {
  Texts left = files_below(data_dir);
  for (std::size_t shard = 0; shard < shards.size(); ++shard) {
    const Texts keys = left_in_redis(*shards[shard], prefix_of(shard));
    left.insert(left.end(), keys.begin(), keys.end());
  }
  return left;
}

}  // namespace platen::test
