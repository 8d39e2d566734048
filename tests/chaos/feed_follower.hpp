// Who reads the feed while it is being broken: over many connections, each of which goes on where the last one ended.
#pragma once

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/installation.hpp"

namespace platen::chaos {

/// Follows the default tenant's feed from its beginning, at one front end after the other, until `finish`.
/// Owns: a thread.
class FeedFollower {
 public:
  /// `urls` are the front ends'.
  explicit FeedFollower(std::vector<std::string> urls);

  /// Reads on until it has seen so many events, or for a while; all that came, as they came.
  [[nodiscard]] std::vector<test::SeenEvent> finish(std::size_t events);

 private:
  void read_on();

  std::vector<std::string> urls_;
  std::vector<test::SeenEvent> seen_;  ///< the thread's, until it has ended
  std::string last_ = "0";             ///< the position of the last one
  std::size_t connections_ = 0;
  std::jthread thread_;
};

}  // namespace platen::chaos
