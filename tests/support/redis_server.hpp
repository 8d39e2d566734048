// A real redis-server that belongs to one test.
#pragma once

#include <string>
#include <vector>

#include "base/process.hpp"
#include "redis/connection.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

struct RedisServerOptions {
  std::string password = {};
  /// Also listen on a free TCP port of 127.0.0.1.
  bool tcp = false;
  /// Further command line arguments, `--maxmemory`, `10mb` …; they win over the server's own.
  std::vector<std::string> arguments = {};
  /// A command that becomes redis-server.
  std::vector<std::string> wrapper = {};
};

/// The command that starts a redis-server on 127.0.0.1, with its data and its log in `folder`; `port` 0 is none.
[[nodiscard]] std::vector<std::string> redis_command(const std::string& folder, std::uint16_t port);

/// redis-server on a private unix socket in a private folder, with an append-only file that is synced at every
/// write. It answers when the constructor returns, and dies with the scope.
/// Threads: the one that made it.
class RedisServer {
 public:
  explicit RedisServer(RedisServerOptions options = {});
  ~RedisServer();

  /// `unix:///…?db=0`, with the password where there is one.
  [[nodiscard]] std::string url_text() const;
  [[nodiscard]] redis::Url url() const;
  /// `redis://…`; only with `tcp`.
  [[nodiscard]] redis::Url tcp_url() const;

  /// Ends it without warning, as a power cut would.
  void kill9();
  /// Starts it again on the same data and addresses, after `kill9`; waits until it answers.
  void restart();
  /// Stops it from answering without closing a connection, and lets it go on.
  void freeze() const;
  void thaw() const;

  /// One command over the server's own connection. Throws std::runtime_error unless Redis answers; an error reply
  /// is an answer.
  redis::Reply operator()(const std::vector<std::string>& command);

 private:
  void start();

  RedisServerOptions options_;
  TempDir folder_;
  std::string socket_path_;
  std::uint16_t port_ = 0;
  Process process_;
  redis::Connection connection_;
};

}  // namespace platen::test
