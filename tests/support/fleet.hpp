// Several front ends and workers on one Redis, or several, and one data folder, to be killed and started again one by
// one.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/process.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/system_invariants.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

/// How one program is started; the rest is the fleet's.
struct Crew {
  std::string redis_url = {};  ///< empty: redis-server itself, all that there are
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::vector<std::string> arguments = {};
  std::vector<std::string> wrapper = {};  ///< a command that becomes the program
  std::string address = "127.0.0.1";      ///< where a front end listens
};

/// Starts a redis-server for each shard; the others as they are asked for. All end with the scope.
/// Threads: the one that made it (processes die with the thread that started them).
/// Errors: throws std::runtime_error, with the programs' logs, when something does not come up.
class Fleet {
 public:
  explicit Fleet(RedisServerOptions redis = {}) : Fleet(std::vector{std::move(redis)}) {}
  explicit Fleet(const std::vector<RedisServerOptions>& shards);
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  [[nodiscard]] RedisServer& redis(std::size_t shard = 0) { return servers_.at(shard); }
  [[nodiscard]] std::size_t shards() const noexcept { return servers_.size(); }
  [[nodiscard]] const TempDir& folder() const noexcept { return folder_; }
  [[nodiscard]] std::string data_dir() const { return folder_ / "data"; }

  /// Starts one more, and answers with its number. A front end is ready then.
  std::size_t add_front(Crew crew = {});
  std::size_t add_worker(Crew crew = {});
  /// Starts one again that has ended; a front end on its old port.
  void restart_front(std::size_t number);
  void restart_worker(std::size_t number);
  [[nodiscard]] Process& front(std::size_t number) { return fronts_.at(number)->process; }
  [[nodiscard]] Process& worker(std::size_t number) { return workers_.at(number)->process; }
  [[nodiscard]] const std::string& url(std::size_t front) const { return fronts_.at(front)->url; }
  [[nodiscard]] std::size_t fronts() const noexcept { return fronts_.size(); }
  [[nodiscard]] std::size_t workers() const noexcept { return workers_.size(); }
  /// The drawing processes of a worker; empty while there are none.
  [[nodiscard]] std::vector<pid_t> renderers(std::size_t worker) const;
  [[nodiscard]] bool is_ready(std::size_t front) const;
  /// Whether it lists jobs now, for which it asks every Redis.
  [[nodiscard]] bool lists(std::size_t front) const;

  /// A field of a job in the Redis that its id names, empty where there is none.
  [[nodiscard]] std::string field_of(const std::string& job, const std::string& name);
  [[nodiscard]] std::string state_of(const std::string& job) { return field_of(job, "state"); }
  /// The events that Redis keeps of a job: an XRANGE's answer.
  [[nodiscard]] redis::Reply events_of(const std::string& job);
  /// Whether nothing is queued, delayed, retrying or in work.
  [[nodiscard]] bool is_drained();
  /// Retries are due now, and so is what was taken from an outbox a second ago and not dealt with.
  void hurry();
  /// Lets a day pass for ended jobs, files and repeated requests, has them cleaned up by a front end that is started
  /// anew, and returns what is left after all.
  [[nodiscard]] std::vector<std::string> left_after_retention(std::size_t front);
  [[nodiscard]] std::vector<std::string> broken(const Promises& promises);

  /// What the programs logged so far, the end of it.
  [[nodiscard]] std::string logs() const;

 private:
  struct Member {
    std::string name;
    Crew crew;
    Process process = {};
    std::string listen = {};  ///< of a front end
    std::string url = {};
  };

  void start(Member& member, const std::string& program, std::vector<std::string> arguments);
  [[nodiscard]] bool answers_well(std::size_t front, const std::string& path) const;
  void start_front(Member& member);
  void start_worker(Member& member);
  [[nodiscard]] const std::string& redis_url(const Member& member) const;
  [[nodiscard]] std::size_t end_retention();
  [[nodiscard]] bool has_ended_jobs();

  TempDir folder_;
  std::deque<RedisServer> servers_;  ///< by number
  std::string redis_urls_;
  std::deque<redis::Connection> connections_;
  ShardCallers callers_;  ///< the connections
  std::vector<std::unique_ptr<Member>> fronts_;
  std::vector<std::unique_ptr<Member>> workers_;
};

}  // namespace platen::test
