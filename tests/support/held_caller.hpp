// A connection to Redis that waits for the test.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "redis/caller.hpp"

namespace platen::test {

/// Passes calls on to Redis when the test says so.
class HeldCaller final : public redis::Caller {
 public:
  explicit HeldCaller(redis::Caller& redis) : redis_(redis) {}

  Result<redis::Reply> call(redis::Arguments arguments) override { return redis_.call(arguments); }
  void call_later(redis::Arguments arguments, Done done) override {
    held_.push_back({{arguments.begin(), arguments.end()}, std::move(done)});
  }

  [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }
  /// The oldest; a call that it leads to comes at the end.
  void pass_on() {
    const auto [words, done] = take();
    done(redis_.call(std::vector<std::string_view>(words.begin(), words.end())));
  }
  void lose() { take().done(fail(redis::not_reachable())); }
  /// Until there are none.
  void pass_all_on() {
    while (!held_.empty()) pass_on();
  }

 private:
  struct Held {
    std::vector<std::string> words;
    Done done;
  };
  Held take() {
    Held first = std::move(held_.front());
    held_.pop_front();
    return first;
  }

  redis::Caller& redis_;
  std::deque<Held> held_;
};

}  // namespace platen::test
