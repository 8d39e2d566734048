// Making many things on several threads and taking them in order on one.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/guarded.hpp"
#include "platen/error.hpp"

namespace platen {

/// Things made of the numbers 0 to `count` - 1.
template <class T>
struct InOrder {
  std::uint64_t count = 0;
  unsigned threads = 1;
  /// Makes one. Called on any thread; `thread` (0 to `threads` - 1) tells them apart, so that each may have its own
  /// tools.
  std::function<Result<T>(std::uint64_t index, unsigned thread)> make;
  /// Takes one. Called in order, on the thread that runs all this.
  std::function<Result<void>(std::uint64_t index, T made)> take;
  /// Called there at least every 25 ms while nothing is ready; an error ends it all.
  std::function<Result<void>()> wait;
};

/// Runs it to the end or to the first error, which is that of the lowest number. At most a few things a thread are
/// made and not yet taken. With one thread, or one thing, everything happens on the caller's. What `make` throws is
/// thrown here.
template <class T>
[[nodiscard]] Result<void> run_in_order(const InOrder<T>& work) {
  if (work.threads <= 1 || work.count <= 1) {
    for (std::uint64_t i = 0; i < work.count; ++i) {
      auto made = work.make(i, 0);
      if (!made) return fail(std::move(made).error());
      if (auto taken = work.take(i, *std::move(made)); !taken) return taken;
    }
    return {};
  }
  struct Made {
    std::optional<Result<T>> result;
    std::exception_ptr thrown;
  };
  struct State {
    std::uint64_t next = 0;   // to be made
    std::uint64_t taken = 0;  // in order
    std::map<std::uint64_t, Made> ready;
  };
  constexpr std::uint64_t ahead_a_thread = 4;
  constexpr std::chrono::milliseconds wait_every{25};
  const auto threads_wanted = static_cast<unsigned>(std::min<std::uint64_t>(work.threads, work.count));
  Guarded<State> state;
  const auto run_thread = [&](std::stop_token stop, unsigned thread) {
    for (;;) {
      std::uint64_t index = 0;
      {
        auto found = state.wait(stop, [&](const State& now) {
          return now.next == work.count || now.next < now.taken + ahead_a_thread * threads_wanted;
        });
        if (!found || (*found)->next == work.count) return;
        index = (*found)->next++;
      }
      Made made;
      try {
        made.result = work.make(index, thread);
      } catch (...) {
        made.thrown = std::current_exception();
      }
      state.lock()->ready.emplace(index, std::move(made));
      state.notify_all();
    }
  };
  std::vector<std::jthread> threads;  // stopped and joined at every way out
  for (unsigned thread = 0; thread < threads_wanted; ++thread)
    threads.emplace_back([&, thread](std::stop_token stop) { run_thread(std::move(stop), thread); });
  for (std::uint64_t i = 0; i < work.count; ++i) {
    Made made;
    for (;;) {
      if (auto found = state.wait(
              {}, [i](const State& now) { return now.ready.contains(i); }, wait_every)) {
        made = std::move((*found)->ready.extract(i).mapped());
        (*found)->taken = i + 1;
        break;
      }
      if (auto going_on = work.wait(); !going_on) return going_on;
    }
    state.notify_all();
    if (made.thrown) std::rethrow_exception(made.thrown);
    if (!*made.result) return fail(std::move(*made.result).error());
    if (auto taken = work.take(i, *std::move(*made.result)); !taken) return taken;
  }
  return {};
}

}  // namespace platen
