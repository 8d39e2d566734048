// Several jobs followed to their ends at once.
#pragma once

#include <cstddef>
#include <future>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace platen::cli {

/// A job to follow.
struct Target {
  std::string id;
  std::string name;    ///< before what is said of it; empty where it is the only one
  std::string output;  ///< where its result goes: see `place_for`; empty: nowhere
};

/// How many are followed at once: each takes a connection here and a stream there.
inline constexpr std::size_t most_followed = 200;

/// Each job has a thread and a stream of its own, which comes back by itself (`Last-Event-ID`).
/// Owns: the threads; waits for them when it goes. Threads: one at a time.
class Followers {
 public:
  explicit Followers(Context context) : context_(context) {}
  Followers(const Followers&) = delete;
  Followers& operator=(const Followers&) = delete;

  void add(Target target);
  /// Waits until all have ended, or a stop; then says how to come back to those that go on. Throws what a thread threw.
  [[nodiscard]] Exit finish();

 private:
  struct Follower {
    Target target;
    std::future<Exit> outcome;
  };
  Context context_;
  std::vector<Follower> followers_;
};

}  // namespace platen::cli
