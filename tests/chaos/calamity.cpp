#include "tests/chaos/calamity.hpp"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "tests/support/eventually.hpp"

namespace platen::chaos {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds least_pause{100};
constexpr std::size_t pause_spread_ms = 500;
constexpr milliseconds shortest_absence{100};
constexpr std::size_t absence_spread_ms = 3000;  // longer and shorter than a lease

std::string name_of(const char* kind, std::size_t number) { return kind + std::to_string(number); }

}  // namespace

void Calamity::tick() {
  const auto now = Steady::now();
  for (auto each = to_do_.begin(); each != to_do_.end();) {
    if (each->at > now) {
      ++each;
      continue;
    }
    const auto act = std::move(each->act);
    each = to_do_.erase(each);
    act();
  }
  if (now < next_) return;
  next_ = now + least_pause + milliseconds(below(pause_spread_ms));
  strike();
}

void Calamity::heal() {
  while (!to_do_.empty()) {
    const auto act = std::move(to_do_.front().act);
    to_do_.pop_front();
    act();
  }
}

bool Calamity::is_busy(const std::string& whose) const {
  return std::any_of(to_do_.begin(), to_do_.end(), [&](const Later& each) { return each.whose == whose; });
}

void Calamity::later(milliseconds after, std::string whose, std::function<void()> act) {
  to_do_.push_back({Steady::now() + after, std::move(whose), std::move(act)});
}

void Calamity::strike() {
  const std::size_t lot = below(20);
  if (lot < 5) return strike_worker(below(fleet_.workers()));
  if (lot < 10) return strike_renderer(below(fleet_.workers()));
  if (lot < 14) return strike_front(below(fleet_.fronts()));
  strike_redis(below(fleet_.shards()));
}

void Calamity::strike_worker(std::size_t number) {
  const std::string name = name_of("worker", number);
  if (is_busy(name)) return;
  const milliseconds absence = shortest_absence + milliseconds(below(absence_spread_ms));
  if (below(2) == 0) {
    ++counts_["worker stopped"];
    fleet_.worker(number).signal(SIGSTOP);
    return later(absence, name, [this, number] { fleet_.worker(number).signal(SIGCONT); });
  }
  const bool gently = below(3) == 0;
  ++counts_[gently ? "worker ended" : "worker killed"];
  fleet_.worker(number).signal(gently ? SIGTERM : SIGKILL);
  (void)fleet_.worker(number).wait(gently ? test::patience : milliseconds(5000));
  later(absence / 4, name, [this, number] { fleet_.restart_worker(number); });
}

void Calamity::strike_renderer(std::size_t worker) {
  if (is_busy(name_of("worker", worker))) return;
  const auto renderers = fleet_.renderers(worker);
  if (renderers.empty()) return;
  const pid_t pid = renderers[below(renderers.size())];
  if (below(3) != 0) {
    ++counts_["renderer killed"];
    ::kill(pid, SIGKILL);
    return;
  }
  ++counts_["renderer stopped"];
  ::kill(pid, SIGSTOP);
  later(shortest_absence + milliseconds(below(absence_spread_ms)), name_of("worker", worker), [this, pid, worker] {
    const auto still = fleet_.renderers(worker);
    if (std::count(still.begin(), still.end(), pid) == 1) ::kill(pid, SIGCONT);
  });
}

void Calamity::strike_front(std::size_t number) {
  const std::string name = name_of("front", number);
  if (is_busy(name)) return;
  if (below(2) == 0) {
    ++counts_["front end stopped"];
    fleet_.front(number).signal(SIGSTOP);
    return later(shortest_absence + milliseconds(below(absence_spread_ms)), name,
                 [this, number] { fleet_.front(number).signal(SIGCONT); });
  }
  ++counts_["front end killed"];
  fleet_.front(number).signal(SIGKILL);
  (void)fleet_.front(number).wait(test::patience);
  later(milliseconds(below(500)), name, [this, number] { fleet_.restart_front(number); });
}

void Calamity::strike_redis(std::size_t number) {
  const std::string name = name_of("redis", number);
  if (is_busy(name)) return;
  test::RedisServer& redis = fleet_.redis(number);
  switch (below(6)) {
    case 0:
      ++counts_[name + " killed"];
      redis.kill9();
      return later(milliseconds(below(2500)), name, [this, &redis] {
        redis.restart();
        await_return();
      });
    case 1:
      ++counts_[name + " frozen"];
      redis.freeze();
      return later(milliseconds(below(1500)), name, [&redis] { redis.thaw(); });
    case 2:
      ++counts_[name + " out of memory"];
      (void)redis({"CONFIG", "SET", "maxmemory", "1"});
      return later(milliseconds(200 + below(800)), name, [&redis] {
        (void)redis({"CONFIG", "SET", "maxmemory", "0"});
      });
    case 3:
      ++counts_[name + ": scripts flushed"];
      (void)redis({"SCRIPT", "FLUSH"});
      return;
    default:
      ++counts_[name + ": connections cut"];
      for (const char* const type : {"normal", "pubsub"})
        (void)redis({"CLIENT", "KILL", "TYPE", type, "SKIPME", "yes"});
  }
}

bool Calamity::is_redis_away(std::size_t number) const { return is_busy(name_of("redis", number)); }

bool Calamity::is_any_redis_away() const {
  for (std::size_t number = 0; number < fleet_.shards(); ++number)
    if (is_redis_away(number)) return true;
  return false;
}

void Calamity::await_return() {
  if (is_any_redis_away()) return;  // another: a listing, which needs all, has to wait for it
  const auto back = Steady::now();
  for (std::size_t i = 0; i < fleet_.fronts(); ++i) {
    if (is_busy(name_of("front", i))) continue;
    test::eventually([&] { return fleet_.is_ready(i) && fleet_.lists(i); });
  }
  slowest_return_ = std::max(slowest_return_, std::chrono::duration_cast<milliseconds>(Steady::now() - back));
}

}  // namespace platen::chaos
