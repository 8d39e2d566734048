// Waiting for what another thread or process will do, without guessing how long it takes.
#pragma once

#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

namespace platen::test {

/// How long a test waits for something that must happen. Generous: only a failing test ever waits it out.
inline constexpr std::chrono::seconds patience{20};

/// Calls `attempt` until its result is truthy (a non-empty optional, true …) and returns what it holds.
/// Throws std::runtime_error when patience ends.
template <class Attempt>
auto eventually(Attempt attempt, std::chrono::milliseconds at_most = patience) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  for (;;) {
    auto result = attempt();
    if (static_cast<bool>(result)) {
      if constexpr (std::is_same_v<decltype(result), bool>)
        return true;
      else
        return *std::move(result);
    }
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("it did not happen in time");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace platen::test
