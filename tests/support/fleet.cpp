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
const std::string prefix = "platen:{0}:";

std::string file_text(const std::string& path) { return read_file(path, log_limit_bytes).value_or(std::string()); }

/// As if it had last been written two days ago.
void age(const std::filesystem::path& path) {
  const auto then = std::filesystem::file_time_type::clock::now() - std::chrono::hours(48);
  std::error_code gone;
  std::filesystem::last_write_time(path, then, gone);
}

}  // namespace

Fleet::Fleet(RedisServerOptions redis)
    : redis_(std::move(redis)), redis_url_(redis_.url_text()), connection_(redis_.url()) {}

const std::string& Fleet::redis_url(const Member& member) const {
  return member.crew.redis_url.empty() ? redis_url_ : member.crew.redis_url;
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

bool Fleet::is_ready(std::size_t front) const {
  return run({"curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", url(front) + "/readyz"}).out == "200";
}

std::vector<pid_t> Fleet::renderers(std::size_t worker) const {
  std::istringstream found(
      run({"pgrep", "-P", std::to_string(workers_.at(worker)->process.pid()), "-f", "platen-render"}).out);
  std::vector<pid_t> pids;
  for (pid_t pid = 0; found >> pid;) pids.push_back(pid);
  return pids;
}

std::string Fleet::state_of(const std::string& job) {
  return std::string(redis::Value(redis_({"HGET", prefix + "job:" + job, "state"})).text());
}

bool Fleet::is_drained() {
  const char* const busy[] = {"turns:high", "turns:normal", "turns:low", "running", "delayed"};
  for (const char* const index : busy)
    if (redis::Value(redis_({"EXISTS", prefix + index})).integer() == 1) return false;
  return true;
}

void Fleet::hurry() {
  const redis::Reply waiting = redis_({"ZRANGE", prefix + "delayed", "0", "-1"});
  for (std::size_t i = 0; i < redis::Value(waiting).size(); ++i)
    (void)redis_({"ZADD", prefix + "delayed", "XX", "1", std::string(redis::Value(waiting)[i].text())});
}

std::vector<std::string> Fleet::left_after_retention(std::size_t front) {
  (void)redis_({"CONFIG", "SET", "appendfsync", "no"});  // nothing is lost from here on
  this->front(front).signal(SIGKILL);
  (void)this->front(front).wait(patience);
  const redis::Reply ended = redis_({"ZRANGE", prefix + "ended", "0", "-1"});
  for (std::size_t i = 0; i < redis::Value(ended).size(); ++i)
    (void)redis_({"ZADD", prefix + "ended", "XX", "1", std::string(redis::Value(ended)[i].text())});
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data_dir()))
    if (entry.is_regular_file()) age(entry.path());
  restart_front(front);
  std::vector<std::string> left;
  try {
    eventually(
        [&] {
          return redis::Value(redis_({"ZCARD", prefix + "ended"})).integer() == 0;
        },
        patience * 3 + std::chrono::milliseconds(50) * redis::Value(ended).size());
    eventually([&] {  // files go after keys
      left = left_behind(connection_, data_dir());
      return left.empty();
    });
  } catch (const std::runtime_error&) {
    left = left_behind(connection_, data_dir());
  }
  return left;
}

std::vector<std::string> Fleet::broken(const Promises& promises) {
  return broken_in_system(connection_, data_dir(), promises);
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
