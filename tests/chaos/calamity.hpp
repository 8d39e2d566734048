// What happens to a Platen during a run: one fault after the other, drawn by lot.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/fleet.hpp"

namespace platen::chaos {

/// Kills, stops, freezes and fills; and brings back what it stopped a while later.
/// Borrows the fleet. Threads: the fleet's.
class Calamity {
 public:
  Calamity(test::Fleet& fleet, std::uint32_t seed) : fleet_(fleet), random_(seed) {}

  /// One more fault, if it is time; and what is due of what follows from earlier ones.
  void tick();
  /// Brings back all that is away.
  void heal();
  /// Whether a shard's Redis is away, or asleep, now.
  [[nodiscard]] bool is_redis_away(std::size_t number) const;
  /// How often each fault was.
  [[nodiscard]] const std::map<std::string, int>& counts() const noexcept { return counts_; }
  /// The longest that a front end took to be ready, and to list jobs, once every Redis was back.
  [[nodiscard]] std::chrono::milliseconds slowest_return() const noexcept { return slowest_return_; }

 private:
  using Steady = std::chrono::steady_clock;
  struct Later {
    Steady::time_point at;
    std::string whose;  ///< nothing else is done to it until then
    std::function<void()> act;
  };

  [[nodiscard]] std::size_t below(std::size_t bound) { return random_() % bound; }
  [[nodiscard]] bool is_busy(const std::string& whose) const;
  void later(std::chrono::milliseconds after, std::string whose, std::function<void()> act);
  void strike();
  void strike_worker(std::size_t number);
  void strike_renderer(std::size_t worker);
  void strike_front(std::size_t number);
  void strike_redis(std::size_t number);
  [[nodiscard]] bool is_any_redis_away() const;
  void await_return();

  test::Fleet& fleet_;
  std::minstd_rand random_;
  Steady::time_point next_ = Steady::now();
  std::list<Later> to_do_;
  std::map<std::string, int> counts_;
  std::chrono::milliseconds slowest_return_{0};
};

}  // namespace platen::chaos
