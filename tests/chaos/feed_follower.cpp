#include "tests/chaos/feed_follower.hpp"

#include <chrono>

#include "tests/support/command.hpp"

namespace platen::chaos {

namespace {

const std::string connection_seconds = "2";  // then it is cut, in the midst of what comes
constexpr std::chrono::seconds longest_end{60};

}  // namespace

FeedFollower::FeedFollower(std::vector<std::string> urls)
    : urls_(std::move(urls)), thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) read_on();
      }) {}

std::vector<test::SeenEvent> FeedFollower::finish(std::size_t events) {
  thread_.request_stop();
  thread_.join();
  const auto until = std::chrono::steady_clock::now() + longest_end;
  while (seen_.size() < events && std::chrono::steady_clock::now() < until) read_on();
  return std::move(seen_);
}

void FeedFollower::read_on() {
  const std::string& url = urls_[connections_++ % urls_.size()];
  const test::Output stream =
      test::run({"curl", "-s", "-N", "-m", connection_seconds, url + "/v1/events?since=" + last_});
  for (test::SeenEvent& event : test::events_in(stream.out)) {
    last_ = event.id;
    seen_.push_back(std::move(event));
  }
}

}  // namespace platen::chaos
