// A primary, its replicas, and the sentinels that make one of these the next primary.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.hpp"
#include "redis/connection.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

/// How they let others in.
struct SentinelOptions {
  /// Everybody speaks TLS, with this certificate; borrowed. Null: nobody does.
  const Certificates* certificates = nullptr;
  /// Lines of deploy/redis-users.conf, with passwords: each server knows these users and no other, and `admin` and
  /// `replica`; the sentinels want a password of their own. Empty: everybody may do all.
  std::vector<std::string> users = {};
};

/// Three redis-servers and three redis-sentinels on 127.0.0.1, of which two must agree. Each server syncs every write.
/// Threads: the one that made it. Errors: throws std::runtime_error when something does not come up.
class Sentinels {
 public:
  explicit Sentinels(SentinelOptions options = {});

  /// `redis+sentinel://…/platen/0`; `login` is `user:password@`, or nothing.
  [[nodiscard]] std::string url_text(const std::string& login = {}) const;
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
  [[nodiscard]] redis::Url url_of(std::uint16_t port, bool is_sentinel = false) const;
  void start_server(Member& member, std::uint16_t primary);
  void start_sentinel(Member& member, std::uint16_t primary);
  void await_answer(std::uint16_t port, bool is_sentinel = false);
  /// What a server says of its replication has this in it; false where it does not answer: a sentinel that changes what
  /// a server is closes all its connections.
  [[nodiscard]] bool is_told(std::uint16_t port, std::string_view what) const;

  SentinelOptions options_;
  TempDir folder_;
  std::vector<Member> servers_;
  std::vector<Member> sentinels_;
  std::uint16_t killed_ = 0;
};

}  // namespace platen::test
