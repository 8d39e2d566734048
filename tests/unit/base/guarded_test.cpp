#include "base/guarded.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using platen::BoundedQueue;
using platen::Guarded;

TEST_CASE("threads change a guarded value one after the other", "[guarded]") {
  Guarded<int> count;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int j = 0; j < 1000; ++j) ++*count.lock();
      });
  }
  CHECK(*count.lock() == 4000);
}

TEST_CASE("whoever waits for a guarded value is woken when it is ready", "[guarded]") {
  Guarded<bool> ready{false};
  std::jthread setter([&] {
    *ready.lock() = true;
    ready.notify_all();
  });
  CHECK(ready.wait({}, [](bool is) { return is; }));
}

TEST_CASE("a wait ends when it is stopped or out of time", "[guarded]") {
  Guarded<bool> never{false};
  CHECK_FALSE(never.wait(
      {}, [](bool is) { return is; }, 1ms));
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK_FALSE(never.wait(stop.get_token(), [](bool is) { return is; }));
}

TEST_CASE("a full queue refuses, and leaves what it refused untouched", "[guarded]") {
  BoundedQueue<std::unique_ptr<int>> queue(2);
  CHECK(queue.try_push(std::make_unique<int>(1)));
  CHECK(queue.try_push(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);
  CHECK_FALSE(queue.try_push(std::move(third)));
  REQUIRE(third);
  CHECK(**queue.pop({}) == 1);
  CHECK(queue.try_push(std::move(third)));
  CHECK(**queue.pop({}) == 2);
  CHECK(**queue.pop({}) == 3);
}

TEST_CASE("an empty queue gives nothing once it is stopped", "[guarded]") {
  BoundedQueue<int> queue(2);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK_FALSE(queue.pop(stop.get_token()));
}

TEST_CASE("what many threads push, many threads pop, each thing once", "[guarded]") {
  BoundedQueue<int> queue(8);
  Guarded<std::vector<int>> seen;
  std::stop_source stop;
  constexpr int things = 400;
  {
    std::vector<std::jthread> threads;
    for (int reader = 0; reader < 3; ++reader)
      threads.emplace_back([&] {
        while (auto thing = queue.pop(stop.get_token())) {
          const bool all = [&] {
            auto list = seen.lock();
            list->push_back(*thing);
            return list->size() == things;
          }();
          if (all) stop.request_stop();
        }
      });
    for (int writer = 0; writer < 2; ++writer)
      threads.emplace_back([&, writer] {
        for (int i = writer; i < things; i += 2)
          while (!queue.try_push(int{i})) std::this_thread::yield();
      });
  }
  auto all = *seen.lock();
  std::sort(all.begin(), all.end());
  REQUIRE(all.size() == things);
  for (int i = 0; i < things; ++i) CHECK(all[static_cast<std::size_t>(i)] == i);
}
