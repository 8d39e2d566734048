#include "tests/support/sentinels.hpp"

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

#include "base/fd.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback.hpp"

namespace platen::test {

namespace {

constexpr std::size_t servers = 3;
constexpr std::size_t sentinels = 3;
// Sentinels notice after this; a busy machine must not look like a dead server.
constexpr int down_after_ms = 2000;

redis::Url url_of(std::uint16_t port) {
  redis::Url url;
  url.port = port;
  return url;
}

Process start(std::vector<std::string> command) {
  auto started = Process::start({.command = std::move(command)});
  if (!started) throw std::runtime_error(started.error().detail);
  return *std::move(started);
}

}  // namespace

Sentinels::Sentinels() {
  servers_.resize(servers);
  sentinels_.resize(sentinels);
  for (Member& member : servers_) {
    member.port = free_port();
    start_server(member, &member == &servers_.front() ? 0 : servers_.front().port);
    await_answer(member.port);
  }
  const std::uint16_t primary = servers_.front().port;
  eventually([&] {
    const redis::Reply info = ask(primary, {"INFO", "replication"});
    return redis::Value(info).text().find("connected_slaves:2") != std::string_view::npos;
  });
  for (Member& member : sentinels_) {
    member.port = free_port();
    start_sentinel(member, primary);
    await_answer(member.port);
  }
  for (const Member& member : sentinels_)  // they must know each other, and the replicas, before one can fail
    eventually(
        [&] {
          const redis::Reply others = ask(member.port, {"SENTINEL", "SENTINELS", "platen"});
          const redis::Reply replicas = ask(member.port, {"SENTINEL", "REPLICAS", "platen"});
          return redis::Value(others).size() == sentinels - 1 && redis::Value(replicas).size() == servers - 1;
        },
        std::chrono::seconds(60));
}

std::string Sentinels::url_text() const {
  std::string hosts;
  for (const Member& member : sentinels_) hosts += fmt::format("{}127.0.0.1:{}", hosts.empty() ? "" : ",", member.port);
  return "redis+sentinel://" + hosts + "/platen/0";
}

redis::Url Sentinels::url() const { return redis::Url::parse(url_text()).value(); }

void Sentinels::start_server(Member& member, std::uint16_t primary) {
  const std::string data = folder_ / std::to_string(member.port);
  std::filesystem::create_directory(data);
  std::vector<std::string> command{"redis-server",
                                   "--port",
                                   std::to_string(member.port),
                                   "--bind",
                                   "127.0.0.1",
                                   "--dir",
                                   data,
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "yes",
                                   "--appendfsync",
                                   "always",
                                   "--logfile",
                                   data + "/redis.log",
                                   "--repl-diskless-sync-delay",
                                   "0"};
  if (primary != 0) command.insert(command.end(), {"--replicaof", "127.0.0.1 " + std::to_string(primary)});
  member.process = start(std::move(command));
}

void Sentinels::start_sentinel(Member& member, std::uint16_t primary) {
  const std::string file = folder_ / fmt::format("sentinel-{}.conf", member.port);
  const std::string text = fmt::format(
      "port {0}\nbind 127.0.0.1\ndir {1}\nlogfile {1}/sentinel-{0}.log\nsentinel monitor platen 127.0.0.1 {2} 2\n"
      "sentinel down-after-milliseconds platen {3}\nsentinel failover-timeout platen 10000\n",
      member.port, folder_.path().string(), primary, down_after_ms);
  if (!write_file(file, text, 0600)) throw std::runtime_error("no folder for sentinels");
  member.process = start({"redis-sentinel", file});
}

void Sentinels::await_answer(std::uint16_t port) {
  redis::Connection connection(url_of(port));
  eventually([&] {
    static constexpr std::string_view ping[] = {"PING"};
    return connection.call(ping).has_value();
  });
}

std::uint16_t Sentinels::primary() {
  for (const Member& member : sentinels_) {
    redis::Connection connection(url_of(member.port));
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
  eventually(
      [&] {
        const redis::Reply info = ask(next, {"INFO", "replication"});
        const std::string_view text = redis::Value(info).text();
        return text.find("role:master") != std::string_view::npos &&
               text.find("state=online") != std::string_view::npos;
      },
      std::chrono::seconds(90));
}

void Sentinels::bring_back() {
  for (Member& member : servers_)
    if (member.port == killed_) start_server(member, 0);
  await_answer(killed_);
  eventually(
      [&] {
        const redis::Reply info = ask(killed_, {"INFO", "replication"});
        return redis::Value(info).text().find("role:slave") != std::string_view::npos;
      },
      std::chrono::seconds(90));
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
