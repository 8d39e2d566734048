#include "tests/support/sentinels.hpp"

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

#include "base/fd.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/redis_server.hpp"

namespace platen::test {

namespace {

constexpr std::size_t servers = 3;
constexpr std::size_t sentinels = 3;
// Sentinels notice after this; a busy machine must not look like a dead server.
constexpr int down_after_ms = 2000;

// Who sets the servers up, whom replicas and sentinels log in as (Redis's documentation has what they need), and what
// the sentinels ask of others.
constexpr const char* more_users =
    "user default off\nuser admin on >admin-word ~* &* +@all\n"
    "user replica on >replica-word -@all +psync +replconf +ping\n"
    "user sentinel on >sentinel-word allchannels -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role "
    "+publish +info +client|setname +client|kill +script|kill\n";
constexpr const char* sentinels_word = "sentinels-word";

using Words = std::vector<std::string_view>;

Process start(std::vector<std::string> command) {
  auto started = Process::start({.command = std::move(command)});
  if (!started) throw std::runtime_error(started.error().detail);
  return *std::move(started);
}

}  // namespace

Sentinels::Sentinels(SentinelOptions options) : options_(std::move(options)) {
  servers_.resize(servers);
  sentinels_.resize(sentinels);
  for (Member& member : servers_) {
    member.port = free_port();
    start_server(member, &member == &servers_.front() ? 0 : servers_.front().port);
    await_answer(member.port);
  }
  const std::uint16_t primary = servers_.front().port;
  eventually([&] { return is_told(primary, "connected_slaves:2"); });
  for (Member& member : sentinels_) {
    member.port = free_port();
    start_sentinel(member, primary);
    await_answer(member.port, true);
  }
  for (const Member& member : sentinels_)  // they must know each other, and the replicas, before one can fail
    eventually(
        [&] {
          redis::Connection sentinel(url_of(member.port, true));
          const auto others = sentinel.call(Words{"SENTINEL", "SENTINELS", "platen"});
          const auto replicas = sentinel.call(Words{"SENTINEL", "REPLICAS", "platen"});
          if (!others || !replicas) return false;
          return redis::Value(*others).size() == sentinels - 1 && redis::Value(*replicas).size() == servers - 1;
        },
        std::chrono::seconds(60));
}

redis::Url Sentinels::url_of(std::uint16_t port, bool is_sentinel) const {
  redis::Url url;
  url.port = port;
  if (options_.certificates != nullptr)
    url.tls = redis::TlsSettings{.ca_file = options_.certificates->authority(), .server_name = "localhost"};
  if (options_.users.empty()) return url;
  url.user = is_sentinel ? "" : "admin";
  url.password = is_sentinel ? sentinels_word : "admin-word";
  return url;
}

std::string Sentinels::url_text(const std::string& login) const {
  std::string hosts;
  for (const Member& member : sentinels_) hosts += fmt::format("{}127.0.0.1:{}", hosts.empty() ? "" : ",", member.port);
  const bool is_secure = options_.certificates != nullptr;
  std::string url = fmt::format("redis{}+sentinel://{}{}/platen/0", is_secure ? "s" : "", login, hosts);
  if (is_secure) url += "?name=localhost&ca=" + options_.certificates->authority();
  if (!options_.users.empty()) url += fmt::format("{}sentinel_password={}", is_secure ? "&" : "?", sentinels_word);
  return url;
}

redis::Url Sentinels::url() const { return redis::Url::parse(url_text()).value(); }

void Sentinels::start_server(Member& member, std::uint16_t primary) {
  const std::string data = folder_ / std::to_string(member.port);
  std::filesystem::create_directory(data);
  std::vector<std::string> command = redis_command(data, member.port);
  command.insert(command.end(), {"--repl-diskless-sync-delay", "0"});
  if (const Certificates* const ours = options_.certificates; ours != nullptr)
    command.insert(command.end(), {"--port", "0", "--tls-port", std::to_string(member.port), "--tls-cert-file",
                                   ours->certificate(), "--tls-key-file", ours->key(), "--tls-ca-cert-file",
                                   ours->authority(), "--tls-auth-clients", "no", "--tls-replication", "yes"});
  if (!options_.users.empty()) {
    std::string users = more_users;
    for (const std::string& user : options_.users) users += user + "\n";
    if (!write_file(data + "/users.acl", users, 0600)) throw std::runtime_error("no folder for servers");
    command.insert(command.end(),
                   {"--aclfile", data + "/users.acl", "--masteruser", "replica", "--masterauth", "replica-word"});
  }
  if (primary != 0) command.insert(command.end(), {"--replicaof", "127.0.0.1 " + std::to_string(primary)});
  member.process = start(std::move(command));
}

void Sentinels::start_sentinel(Member& member, std::uint16_t primary) {
  const std::string file = folder_ / fmt::format("sentinel-{}.conf", member.port);
  std::string text = fmt::format(
      "{4} {0}\nbind 127.0.0.1\ndir {1}\nlogfile {1}/sentinel-{0}.log\nsentinel monitor platen 127.0.0.1 {2} 2\n"
      "sentinel down-after-milliseconds platen {3}\nsentinel failover-timeout platen 10000\n",
      member.port, folder_.path().string(), primary, down_after_ms,
      options_.certificates == nullptr ? "port" : "port 0\ntls-port");
  if (const Certificates* const ours = options_.certificates; ours != nullptr)
    text += fmt::format(
        "tls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients no\ntls-replication yes\n",
        ours->certificate(), ours->key(), ours->authority());
  if (!options_.users.empty())
    text += fmt::format(
        "sentinel auth-user platen sentinel\nsentinel auth-pass platen sentinel-word\nrequirepass {0}\n"
        "sentinel sentinel-pass {0}\n",
        sentinels_word);
  if (!write_file(file, text, 0600)) throw std::runtime_error("no folder for sentinels");
  member.process = start({"redis-sentinel", file});
}

void Sentinels::await_answer(std::uint16_t port, bool is_sentinel) {
  redis::Connection connection(url_of(port, is_sentinel));
  eventually([&] {
    static constexpr std::string_view ping[] = {"PING"};
    return connection.call(ping).has_value();
  });
}

std::uint16_t Sentinels::primary() {
  for (const Member& member : sentinels_) {
    redis::Connection connection(url_of(member.port, true));
    static constexpr std::string_view question[] = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "platen"};
    if (const auto reply = connection.call(question))
      return static_cast<std::uint16_t>(redis::Value(*reply)[1].integer());
  }
  throw std::runtime_error("no sentinel answers");
}

void Sentinels::kill_primary() {
  killed_ = primary();
  for (Member& member : servers_)
    if (member.port == killed_) {
      member.process.signal(SIGKILL);
      (void)member.process.wait(patience);
    }
}

void Sentinels::await_failover() {
  eventually([&] { return primary() != killed_; }, std::chrono::seconds(90));
  const std::uint16_t next = primary();
  eventually([&] { return is_told(next, "role:master") && is_told(next, "state=online"); }, std::chrono::seconds(90));
}

void Sentinels::bring_back() {
  for (Member& member : servers_)
    if (member.port == killed_) start_server(member, 0);
  await_answer(killed_);
  eventually([&] { return is_told(killed_, "role:slave"); }, std::chrono::seconds(90));
}

bool Sentinels::is_told(std::uint16_t port, std::string_view what) const {
  redis::Connection connection(url_of(port));
  const auto answer = connection.call(Words{"INFO", "replication"});
  return answer && redis::Value(*answer).text().find(what) != std::string_view::npos;
}

redis::Reply Sentinels::ask(std::uint16_t port, const std::vector<std::string>& command) {
  redis::Connection connection(url_of(port));
  const std::vector<std::string_view> arguments(command.begin(), command.end());
  auto reply = connection.call(arguments);
  if (!reply) throw std::runtime_error("no answer on port " + std::to_string(port) + ": " + connection.trouble());
  return *std::move(reply);
}

void Sentinels::kill_sentinel(std::size_t number) {
  sentinels_.at(number).process.signal(SIGKILL);
  (void)sentinels_.at(number).process.wait(patience);
}

}  // namespace platen::test
