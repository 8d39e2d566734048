// A primary, its replicas, and the sentinels that make one of these the next primary.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "redis/connection.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

/// Three redis-servers and three redis-sentinels on 127.0.0.1, of which two must agree. Each server syncs every write.
/// Threads: the one that made it. Errors: throws std::runtime_error when something does not come up.
class Sentinels {
 public:
  Sentinels();

  /// `redis+sentinel://…/platen/0`
  [[nodiscard]] std::string url_text() const;
  [[nodiscard]] redis::Url url() const;
  /// The port of the primary, as the sentinels tell it now.
  [[nodiscard]] std::uint16_t primary();
  /// Ends the primary without warning.
  void kill_primary();
  /// Starts again what was killed, as the primary that it was, and makes sure that it no longer is one in the end.
  void bring_back();
  /// Waits until the sentinels tell of another primary than the one that was killed, which takes some seconds, and that
  /// has a replica that keeps up.
  void await_failover();
  /// One command to the server on that port.
  redis::Reply ask(std::uint16_t port, const std::vector<std::string>& command);
  [[nodiscard]] std::uint16_t killed() const noexcept { return killed_; }

  void kill_sentinel(std::size_t number);

 private:
  struct Member {
    std::uint16_t port = 0;
    Process process = {};
  };
  void start_server(Member& member, std::uint16_t primary);
  void start_sentinel(Member& member, std::uint16_t primary);
  void await_answer(std::uint16_t port);

  TempDir folder_;
  std::vector<Member> servers_;
  std::vector<Member> sentinels_;
  std::uint16_t killed_ = 0;
};

}  // namespace platen::test
