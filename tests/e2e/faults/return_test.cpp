// How soon everything works once Redis is back.
#include <set>

#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/pauses.hpp"

namespace platen::test {

namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

/// Redis is away for longer than commands, idle slots and pauses between attempts to connect take.
void let_it_be_away() {
  const auto until = steady_clock::now() + seconds(6);
  eventually([&] { return steady_clock::now() > until; });
}

void kill_and_restart(RedisServer& redis) {
  redis.kill9();
  let_it_be_away();
  redis.restart();
}

void freeze_and_thaw(RedisServer& redis) {
  redis.freeze();
  let_it_be_away();
  redis.thaw();
}

}  // namespace

TEST_CASE("every front end and worker works within five seconds of Redis's return", "[faults]") {
  const auto send_away = GENERATE(&kill_and_restart, &freeze_and_thaw);
  Fleet fleet;
  for (int i = 0; i < 2; ++i) {
    fleet.add_front();
    fleet.add_worker();
  }
  CHECK(end_of(fleet, submitted(fleet, small_report("Before"), "before")) == "succeeded");
  send_away(fleet.redis());

  const Pauses since_return;
  std::set<std::size_t> accepting;
  std::set<std::string> jobs, drawing;
  const auto submit = [&](std::size_t front) {
    const Answer answer = call({"--json", small_report("After"), fleet.url(front) + "/v1/jobs"});
    if (answer.status != 202) return;
    accepting.insert(front);
    jobs.insert(text_field(answer.body, "id"));
  };
  eventually(
      [&] {
        for (std::size_t front = 0; front < fleet.fronts(); ++front) submit(front);
        for (const std::string& job : jobs) {
          const redis::Reply worker = fleet.redis()({"HGET", prefix + "job:" + job, "worker"});
          if (!redis::Value(worker).is_nil()) drawing.emplace(redis::Value(worker).text());
        }
        return accepting.size() == fleet.fronts() && drawing.size() == fleet.workers();
      },
      seconds(60));
  INFO(fleet.logs());
  CHECK(since_return.passed() <= seconds(5));
  for (const std::string& job : jobs) CHECK(end_of(fleet, job) == "succeeded");
  CHECK(fleet.broken({jobs, {}}) == nothing);
}

}  // namespace platen::test
