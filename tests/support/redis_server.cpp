#include "tests/support/redis_server.hpp"

#include <csignal>
#include <stdexcept>

#include "tests/support/eventually.hpp"
#include "tests/support/loopback.hpp"

namespace platen::test {

namespace {

redis::Url url_of(const std::string& socket_path, const std::string& password) {
  redis::Url url;
  url.socket_path = socket_path;
  url.password = password;
  return url;
}

}  // namespace

std::vector<std::string> redis_command(const std::string& folder, std::uint16_t port) {
  return {"redis-server", "--port",    std::to_string(port),
          "--bind",       "127.0.0.1", "--dir",
          folder,         "--save",    "",
          "--appendonly", "yes",       "--appendfsync",
          "always",       "--logfile", folder + "/redis.log"};
}

RedisServer::RedisServer(RedisServerOptions options)
    : options_(std::move(options)),
      socket_path_(folder_ / "redis.sock"),
      port_(options_.tcp ? free_port() : std::uint16_t(0)),
      connection_(url_of(socket_path_, options_.password)) {
  start();
}

RedisServer::~RedisServer() = default;

std::string RedisServer::url_text() const {
  const std::string url = "unix://" + socket_path_ + "?db=0";
  return options_.password.empty() ? url : url + "&password=" + options_.password;
}

redis::Url RedisServer::url() const { return url_of(socket_path_, options_.password); }

redis::Url RedisServer::tcp_url() const {
  redis::Url url;
  url.port = port_;
  url.password = options_.password;
  return url;
}

void RedisServer::start() {
  ProcessOptions process;
  process.command = options_.wrapper;
  const std::vector<std::string> server = redis_command(folder_.path().string(), port_);
  process.command.insert(process.command.end(), server.begin(), server.end());
  process.command.insert(process.command.end(), {"--unixsocket", socket_path_});
  if (!options_.password.empty()) {
    process.command.emplace_back("--requirepass");
    process.command.push_back(options_.password);
  }
  process.command.insert(process.command.end(), options_.arguments.begin(), options_.arguments.end());
  auto started = Process::start(process);
  if (!started) throw std::runtime_error(started.error().detail);
  process_ = *std::move(started);
  eventually([this] {
    if (process_.wait(std::chrono::milliseconds(0))) throw std::runtime_error("redis-server ended; see its log");
    if (!std::filesystem::exists(socket_path_)) return false;
    static constexpr std::string_view ping[] = {"PING"};
    return connection_.call(ping).has_value();
  });
}

void RedisServer::kill9() {
  process_.signal(SIGKILL);
  (void)process_.wait(patience);
}

void RedisServer::restart() { start(); }

void RedisServer::freeze() const { process_.signal(SIGSTOP); }
void RedisServer::thaw() const { process_.signal(SIGCONT); }

redis::Reply RedisServer::operator()(const std::vector<std::string>& command) {
  const std::vector<std::string_view> arguments(command.begin(), command.end());
  auto reply = connection_.call(arguments);
  if (!reply) throw std::runtime_error("redis-server does not answer");
  return *std::move(reply);
}

}  // namespace platen::test
