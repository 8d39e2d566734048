// Whatever commands can be sent to: the seam at which tests make Redis fail.
#pragma once

#include <functional>

#include "redis/wire.hpp"

namespace platen::redis {

/// Sends a command and waits for its answer. Threads: as the implementation says.
class Caller {
 public:
  virtual ~Caller() = default;
  /// The answer, which may be an error reply that belongs to this command. `unavailable` when Redis cannot be
  /// reached, does not answer in time, or cannot serve now; the command may have been carried out all the same.
  [[nodiscard]] virtual Result<Reply> call(Arguments arguments) = 0;

  using Done = std::function<void(Result<Reply>)>;
  /// The same without waiting, where the implementation can: `done` is called once, from whichever thread, perhaps
  /// before this returns.
  virtual void call_later(Arguments arguments, Done done) { done(call(arguments)); }
};

}  // namespace platen::redis
