// Work for the handlers' threads that belongs to no request.
#pragma once

#include <functional>

namespace platen::http {

/// What the client of a detached connection asks for later on.
struct Errand {
  std::function<void()> work;  ///< on a thread of the pool; what it throws is a bug, and goes to the log
  std::function<void()> done;  ///< then, on the loop's thread; never once the door is gone
};

/// Runs errands, first come first served among the door's requests. Threads: the loop's.
class Errands {
 public:
  virtual ~Errands() = default;
  /// False, with the errand untouched, when there is no room.
  [[nodiscard]] virtual bool run(Errand&& errand) = 0;
};

}  // namespace platen::http
