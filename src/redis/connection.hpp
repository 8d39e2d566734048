// A plain connection: one command, one answer.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "redis/approach.hpp"
#include "redis/caller.hpp"

namespace platen::redis {

struct ConnectionOptions {
  std::chrono::milliseconds connect_timeout{2000};  ///< to a server that can serve: login and loading included
  std::chrono::milliseconds command_timeout{3000};  ///< from the call to the whole answer
};

/// A blocking connection. Connects at the first call, and anew at the first call after it was lost; it never sends
/// a command twice. It does not pause between attempts: who calls it in a loop must.
/// Owns: its socket. Threads: one at a time.
class Connection final : public Caller {
 public:
  explicit Connection(Url url, ConnectionOptions options = {});

  [[nodiscard]] Result<Reply> call(Arguments arguments) override;
  /// The same for a command that may take `longer` by its own nature (BLPOP).
  [[nodiscard]] Result<Reply> call(Arguments arguments, std::chrono::milliseconds longer);
  /// Why Redis could not be used, the last time that it could not: for operators, without passwords.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  [[nodiscard]] Result<Reply> exchange(Arguments arguments, Deadline deadline);
  [[nodiscard]] Result<void> ensure_connected();
  [[nodiscard]] Result<void> connect_once(unsigned attempt, Deadline deadline);
  [[nodiscard]] Result<void> dial(unsigned attempt, Deadline deadline);
  /// Talks to the one that is dialled: whom to dial next, or that this is it.
  [[nodiscard]] Result<Approach::Step> log_in(Deadline deadline);
  [[nodiscard]] Result<void> wait_for(short events, Deadline deadline) const;
  [[nodiscard]] tl::unexpected<Error> lost(const Error& reason);

  Approach approach_;
  ConnectionOptions options_;
  std::optional<Wire> wire_;
  std::string trouble_;
  bool reported_ = false;  ///< the present outage stands in the log
};

}  // namespace platen::redis
