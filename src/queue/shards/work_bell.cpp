#include "queue/shards/work_bell.hpp"

#include <string>
#include <string_view>

#include "redis/connection.hpp"

namespace platen::queue {

namespace {

// As long as a stop may have to wait.
constexpr std::chrono::milliseconds listen_for{1000};
constexpr std::string_view listen_for_seconds = "1";
constexpr std::chrono::milliseconds pause_after_failure{500};

}  // namespace

WorkBell::WorkBell(const std::vector<redis::Url>& shards) {
  for (std::size_t number = 0; number < shards.size(); ++number)
    threads_.emplace_back(
        [this, url = shards[number], keys = Keys(number)](const std::stop_token& stop) { listen(stop, url, keys); });
}

WorkBell::~WorkBell() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void WorkBell::wait(std::chrono::milliseconds at_most) {
  ++state_.lock()->waiting;
  state_.notify_all();
  // A bell that rings as the time runs out is heard all the same: who waited looks for work now.
  (void)state_.wait(
      {}, [](const State& state) { return state.woken > 0; }, at_most);
  auto state = state_.lock();
  --state->waiting;
  if (state->woken > 0) --state->woken;
}

void WorkBell::listen(const std::stop_token& stop, const redis::Url& url, const Keys& keys) {
  redis::Connection connection(url);
  const std::string bell = keys.bell();
  while (!stop.stop_requested()) {
    if (!state_.wait(stop, [](const State& state) { return state.waiting > state.woken; })) continue;
    const std::string_view next_token[] = {"BLPOP", bell, listen_for_seconds};
    const auto token = connection.call(next_token, listen_for);
    if (!token || redis::Value(*token).is_error()) {
      (void)state_.wait(
          stop, [](const State&) { return false; }, pause_after_failure);
      continue;
    }
    if (redis::Value(*token).is_nil()) continue;
    if (auto state = state_.lock(); state->waiting > state->woken) {
      ++state->woken;
      state_.notify_all();
      continue;
    }
    const std::string_view give_back[] = {"RPUSH", bell, "1"};
    (void)connection.call(give_back);  // else whom it was for looks again in two seconds
  }
}

}  // namespace platen::queue
