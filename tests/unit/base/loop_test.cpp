#include "base/loop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using platen::Fd;
using platen::Interest;
using platen::Loop;
using platen::Pollable;
using platen::Readiness;

namespace {

/// Both ends of a pipe.
struct Pipe {
  Fd reading;
  Fd writing;
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    reading = Fd(ends[0]);
    writing = Fd(ends[1]);
  }
  void put(char letter) const { REQUIRE(::write(writing.get(), &letter, 1) == 1); }
};

/// Calls what it is given; counts.
struct Listener final : Pollable {
  std::function<void(Readiness)> then = [](Readiness) {};
  int calls = 0;
  Readiness last;
  void on_ready(Readiness ready) override {
    ++calls;
    last = ready;
    then(ready);
  }
};

}  // namespace

TEST_CASE("a watched descriptor is told of while it is ready", "[loop]") {
  Loop loop;
  Pipe pipe;
  Listener listener;
  auto watch = loop.watch(pipe.reading.get(), Interest::read, listener);
  loop.turn(0ms);
  CHECK(listener.calls == 0);
  pipe.put('x');
  loop.turn(1s);
  loop.turn(1s);
  CHECK(listener.calls == 2);  // level-triggered: nobody has read
  CHECK(listener.last.readable);
  watch.set(Interest::none);
  loop.turn(0ms);
  CHECK(listener.calls == 2);
  watch.reset();
  CHECK_FALSE(watch);
}

TEST_CASE("a peer that is gone is a hangup", "[loop]") {
  Loop loop;
  Pipe pipe;
  Listener listener;
  const auto watch = loop.watch(pipe.reading.get(), Interest::read, listener);
  pipe.writing.reset();
  loop.turn(1s);
  CHECK(listener.last.hangup);
}

TEST_CASE("a watch that another one drops in the same turn is not told", "[loop]") {
  Loop loop;
  Pipe left;
  Pipe right;
  Listener first;
  Listener second;
  std::optional<Loop::Watch> watches[2];
  watches[0] = loop.watch(left.reading.get(), Interest::read, first);
  watches[1] = loop.watch(right.reading.get(), Interest::read, second);
  first.then = [&](Readiness) { watches[1].reset(); };
  second.then = [&](Readiness) { watches[0].reset(); };
  left.put('x');
  right.put('x');
  loop.turn(1s);
  CHECK(first.calls + second.calls == 1);
}

TEST_CASE("a slot that is used again within a turn does not get the old one's news", "[loop]") {
  Loop loop;
  Pipe left;
  Pipe right;
  Pipe quiet;
  Listener first;
  Listener second;
  Listener newcomer;
  Loop::Watch watch_left = loop.watch(left.reading.get(), Interest::read, first);
  Loop::Watch watch_right = loop.watch(right.reading.get(), Interest::read, second);
  Loop::Watch watch_new;
  const auto replace = [&](Loop::Watch& old) {
    old.reset();
    watch_new = loop.watch(quiet.reading.get(), Interest::read, newcomer);
  };
  first.then = [&](Readiness) { replace(watch_right); };
  second.then = [&](Readiness) { replace(watch_left); };
  left.put('x');
  right.put('x');
  loop.turn(1s);
  CHECK(newcomer.calls == 0);
}

TEST_CASE("a listener may drop its own watch", "[loop]") {
  Loop loop;
  Pipe pipe;
  Listener listener;
  Loop::Watch watch = loop.watch(pipe.reading.get(), Interest::read, listener);
  listener.then = [&](Readiness) { watch.reset(); };
  pipe.put('x');
  loop.turn(1s);
  loop.turn(0ms);
  CHECK(listener.calls == 1);
}

TEST_CASE("timers fire once each, in the order in which they are due", "[loop]") {
  Loop loop;
  std::vector<int> fired;
  const auto third = loop.after(3ms, [&] { fired.push_back(3); });
  const auto first = loop.after(1ms, [&] { fired.push_back(1); });
  const auto second = loop.after(2ms, [&] { fired.push_back(2); });
  while (fired.size() < 3) loop.turn(1s);
  loop.turn(0ms);
  CHECK(fired == std::vector{1, 2, 3});
}

TEST_CASE("a timer that is dropped does not fire, and one may set itself again", "[loop]") {
  Loop loop;
  int fired = 0;
  loop.after(0ms, [&] { fired += 100; }).reset();
  Loop::Timer timer;
  std::function<void()> again = [&] {
    if (++fired < 3) timer = loop.after(0ms, again);
  };
  timer = loop.after(0ms, again);
  while (fired < 3) loop.turn(1s);
  CHECK(fired == 3);
}

TEST_CASE("a turn waits no longer than for the next timer", "[loop]") {
  Loop loop;
  bool fired = false;
  const auto timer = loop.after(1ms, [&] { fired = true; });
  for (int turns = 0; turns < 3 && !fired; ++turns) loop.turn(1h);
  CHECK(fired);
}

TEST_CASE("work from other threads is done in order, and wakes the loop", "[loop]") {
  Loop loop;
  std::vector<int> done;
  std::stop_source stop;
  std::jthread poster([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&done, i] { done.push_back(i); });
    loop.post([&] { stop.request_stop(); });
  });
  loop.run(stop.get_token());
  REQUIRE(done.size() == 1000);
  CHECK(std::is_sorted(done.begin(), done.end()));
}

TEST_CASE("a stop from another thread ends the loop", "[loop]") {
  Loop loop;
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  loop.run(stop.get_token());
  SUCCEED();
}

TEST_CASE("what is put off to the turn's end runs after all that is ready, also when put off there", "[loop]") {
  Loop loop;
  std::vector<std::string> order;
  loop.post([&] {
    loop.at_turn_end([&] {
      order.emplace_back("end");
      loop.at_turn_end([&] { order.emplace_back("end of the end"); });
    });
    order.emplace_back("first");
  });
  loop.post([&] { order.emplace_back("second"); });
  loop.turn(1s);
  CHECK(order == std::vector<std::string>{"first", "second", "end", "end of the end"});
}
