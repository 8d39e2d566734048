#include "tests/support/fleet.hpp"

#include <fcntl.h>
#include <signal.h>

#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "base/fd.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"

namespace platen::test {

namespace {

constexpr std::size_t log_limit_bytes = 256UL << 20U;
constexpr std::size_t shown_log_bytes = 6000;

std::string file_text(const std::string& path) { return read_file(path, log_limit_bytes).value_or(std::string()); }

/// As if it had last been written two days ago.
void age(const std::filesystem::path& path) {
  const auto then = std::filesystem::file_time_type::clock::now() - std::chrono::hours(48);
  std::error_code gone;
  std::filesystem::last_write_time(path, then, gone);
}

/// What waits in a sorted set for a time need wait no more; how many.
std::size_t make_due(RedisServer& redis, const std::string& key) {
  const redis::Reply ids = redis({"ZRANGE", key, "0", "-1"});
  for (std::size_t i = 0; i < redis::Value(ids).size(); ++i)
    (void)redis({"ZADD", key, "XX", "1", std::string(redis::Value(ids)[i].text())});
  return redis::Value(ids).size();
}

/// Whoever took it has it no more, for it comes to nobody else before a minute has passed.
void give_up_pending(RedisServer& redis, const std::string& outbox) {
  const redis::Reply pending = redis({"XPENDING", outbox, "webhooks", "IDLE", "1000", "-", "+", "100"});
  for (std::size_t i = 0; i < redis::Value(pending).size(); ++i)
    (void)redis({"XCLAIM", outbox, "webhooks", "nobody", "0", std::string(redis::Value(pending)[i][0].text()), "IDLE",
                 "3600000", "JUSTID"});
}

}  // namespace

Fleet::Fleet(const std::vector<RedisServerOptions>& shards) {
  for (const RedisServerOptions& options : shards) {
    const RedisServer& server = servers_.emplace_back(options);
    redis_urls_ += (redis_urls_.empty() ? "" : " ") + server.url_text();
    callers_.push_back(&connections_.emplace_back(server.url()));
  }
}

const std::string& Fleet::redis_url(const Member& member) const {
  return member.crew.redis_url.empty() ? redis_urls_ : member.crew.redis_url;
}

void Fleet::start(Member& member, const std::string& program, std::vector<std::string> arguments) {
  const std::string log = folder_ / (member.name + ".log");
  const Fd file(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  arguments.insert(arguments.begin(), std::string(PLATEN_BINARIES) + "/" + program);
  arguments.insert(arguments.end(), {"--redis", redis_url(member), "--data-dir", data_dir()});
  arguments.insert(arguments.end(), member.crew.arguments.begin(), member.crew.arguments.end());
  arguments.insert(arguments.begin(), member.crew.wrapper.begin(), member.crew.wrapper.end());
  auto started = Process::start({.command = std::move(arguments),
                                 .environment = member.crew.environment,
                                 .descriptors = {{file.get(), 1}, {file.get(), 2}}});
  if (!started) throw std::runtime_error(started.error().detail);
  member.process = std::move(*started);
}

void Fleet::start_front(Member& member) {
  const std::string port_file = folder_ / (member.name + ".port");
  std::filesystem::remove(port_file);
  start(member, "platend",
        {"--listen", member.listen, "--port-file", port_file, "--signing-key-file", folder_ / "signing.key"});
  try {
    const std::string port = eventually([&]() -> std::optional<std::string> {
      const std::string text = file_text(port_file);
      if (text.find('\n') == std::string::npos) return std::nullopt;
      return text.substr(0, text.find('\n'));
    });
    member.listen = member.crew.address + ":" + port;
    member.url = "http://" + member.listen;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error("a front end does not come up: " + std::string(error.what()) + "\n" + logs());
  }
}

void Fleet::start_worker(Member& member) { start(member, "platen-worker", {"--slots", "1", "--threads", "1"}); }

std::size_t Fleet::add_front(Crew crew) {
  const std::string listen = crew.address + ":0";
  fronts_.push_back(std::make_unique<Member>(
      Member{.name = "front" + std::to_string(fronts_.size()), .crew = std::move(crew), .listen = listen}));
  start_front(*fronts_.back());
  const std::size_t number = fronts_.size() - 1;
  eventually([&] { return is_ready(number); });
  return number;
}

std::size_t Fleet::add_worker(Crew crew) {
  workers_.push_back(
      std::make_unique<Member>(Member{.name = "worker" + std::to_string(workers_.size()), .crew = std::move(crew)}));
  start_worker(*workers_.back());
  return workers_.size() - 1;
}

void Fleet::restart_front(std::size_t number) { start_front(*fronts_.at(number)); }
void Fleet::restart_worker(std::size_t number) { start_worker(*workers_.at(number)); }

bool Fleet::answers_well(std::size_t front, const std::string& path) const {
  return run({"curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", url(front) + path}).out == "200";
}

bool Fleet::is_ready(std::size_t front) const { return answers_well(front, "/readyz"); }
bool Fleet::lists(std::size_t front) const { return answers_well(front, "/v1/jobs?limit=1"); }

std::vector<pid_t> Fleet::renderers(std::size_t worker) const {
  std::istringstream found(
      run({"pgrep", "-P", std::to_string(workers_.at(worker)->process.pid()), "-f", "platen-render"}).out);
  std::vector<pid_t> pids;
  for (pid_t pid = 0; found >> pid;) pids.push_back(pid);
  return pids;
}

std::string Fleet::field_of(const std::string& job, const std::string& name) {
  const std::size_t shard = shard_named_by(job);
  return std::string(redis::Value(redis(shard)({"HGET", prefix_of(shard) + "job:" + job, name})).text());
}

redis::Reply Fleet::events_of(const std::string& job) {
  const std::size_t shard = shard_named_by(job);
  return redis(shard)({"XRANGE", prefix_of(shard) + "job:" + job + ":events", "-", "+"});
}

bool Fleet::is_drained() {
  const char* const busy[] = {"turns:high", "turns:normal", "turns:low", "running", "delayed"};
  for (std::size_t shard = 0; shard < shards(); ++shard)
    for (const char* const index : busy)
      if (redis::Value(redis(shard)({"EXISTS", prefix_of(shard) + index})).integer() == 1) return false;
  return true;
}

void Fleet::hurry() {
  for (std::size_t shard = 0; shard < shards(); ++shard) {
    make_due(redis(shard), prefix_of(shard) + "delayed");
    give_up_pending(redis(shard), prefix_of(shard) + "outbox");
  }
}

std::size_t Fleet::end_retention() {
  std::size_t ended = 0;
  for (std::size_t shard = 0; shard < shards(); ++shard) ended += make_due(redis(shard), prefix_of(shard) + "ended");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data_dir()))
    if (entry.is_regular_file()) age(entry.path());
  return ended;
}

bool Fleet::has_ended_jobs() {
  for (std::size_t shard = 0; shard < shards(); ++shard)
    if (redis::Value(redis(shard)({"EXISTS", prefix_of(shard) + "ended"})).integer() == 1) return true;
  return false;
}

std::vector<std::string> Fleet::left_after_retention(std::size_t front) {
  for (RedisServer& server : servers_)
    (void)server({"CONFIG", "SET", "appendfsync", "no"});  // nothing is lost from here on
  this->front(front).signal(SIGKILL);
  (void)this->front(front).wait(patience);
  const std::size_t ended = end_retention();
  restart_front(front);
  std::vector<std::string> left;
  try {
    eventually([&] { return !has_ended_jobs(); }, patience * 3 + std::chrono::milliseconds(50) * ended);
    eventually([&] {  // files go after keys
      left = left_behind(callers_, data_dir());
      return left.empty();
    });
  } catch (const std::runtime_error&) {
    left = left_behind(callers_, data_dir());
  }
  return left;
}

std::vector<std::string> Fleet::broken(const Promises& promises) {
  return broken_in_system(callers_, data_dir(), promises);
}

std::string Fleet::logs() const {
  std::string all;
  for (const auto* const members : {&fronts_, &workers_})
    for (const auto& member : *members) {
      const std::string text = file_text(folder_ / (member->name + ".log"));
      all += member->name + ":\n" + text.substr(text.size() - std::min(text.size(), shown_log_bytes)) + "\n";
    }
  return all;
}

}  // namespace platen::test
