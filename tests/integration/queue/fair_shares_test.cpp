// Tenants take turns.
#include <vector>

#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

using namespace platen;
using namespace platen::test;

namespace {

struct Fixture {
  JobId submit(const std::string& tenant, Priority priority = Priority::normal, const std::string& group = {}) {
    Submission wanted = a_submission();
    wanted.tenant = Tenant{tenant};
    wanted.options.priority = priority;
    wanted.options.group = group;
    const auto job = jobs.submit(wanted);
    REQUIRE(job);
    last_position = job->queue_position;
    return job->id;
  }
  /// The tenants of the next so many jobs that are claimed, their first letters one after the other.
  std::string claim(int count) {
    std::string tenants;
    for (int i = 0; i < count; ++i) {
      const auto claimed = slot.queue.claim(slot.worker, new_job_id().text).value();
      tenants += claimed ? tenant_of(claimed->lease.job).front() : '-';
    }
    return tenants;
  }
  std::string tenant_of(const JobId& id) {
    const std::string key = "platen:{0}:job:" + id.text;
    const std::string_view command[] = {"HGET", key, "tenant"};
    const auto reply = redis.call(command);
    return std::string(redis::Value(*reply).text());
  }
  void check() {
    for (const std::string& sentence : broken_invariants(redis)) FAIL_CHECK(sentence);
  }

  RedisServer server;
  redis::Connection redis{server.url()};
  queue::RedisJobQueue jobs{redis};
  Slot slot{server, "w"};
  std::optional<std::uint64_t> last_position;
};

}  // namespace

TEST_CASE("one tenant's ten thousand jobs do not hold up another's one", "[queue][fair]") {
  Fixture fixture;
  for (int i = 0; i < 10000; ++i) (void)fixture.submit("acme");
  (void)fixture.submit("bravo");
  CHECK(fixture.last_position == 2);
  (void)fixture.submit("charlie");
  CHECK(fixture.last_position == 3);
  CHECK(fixture.claim(6) == "abcaaa");
  fixture.check();
}

TEST_CASE("a place in the queue counts the turns of others, and comes true", "[queue][fair]") {
  Fixture fixture;
  std::vector<JobId> ids;
  for (const char* const tenant : {"acme", "acme", "acme", "bravo", "bravo", "charlie"})
    ids.push_back(fixture.submit(tenant));
  const std::vector<std::uint64_t> places{1, 4, 6, 2, 5, 3};
  const std::vector<std::string> tenants{"acme", "acme", "acme", "bravo", "bravo", "charlie"};
  for (std::size_t i = 0; i < ids.size(); ++i)
    CHECK(fixture.jobs.find(Tenant{tenants[i]}, ids[i])->queue_position == places[i]);
  // Of higher priorities all come before.
  (void)fixture.submit("delta", Priority::high);
  CHECK(fixture.jobs.find(Tenant{"charlie"}, ids[5])->queue_position == 4);
  CHECK(fixture.claim(8) == "dabcaba-");
  fixture.check();
}

TEST_CASE("whoever has nothing more to wait for has no turn", "[queue][fair]") {
  Fixture fixture;
  const JobId only = fixture.submit("acme");
  (void)fixture.submit("bravo");
  REQUIRE(fixture.jobs.cancel(Tenant{"acme"}, only));
  fixture.check();
  CHECK(fixture.claim(2) == "b-");
  (void)fixture.submit("acme");
  CHECK(fixture.claim(2) == "a-");
  fixture.check();
}

TEST_CASE("groups keep their order among the turns", "[queue][fair]") {
  Fixture fixture;
  const JobId first = fixture.submit("acme", Priority::normal, "g");
  (void)fixture.submit("acme", Priority::normal, "g");
  (void)fixture.submit("bravo", Priority::normal, "g");
  CHECK(fixture.claim(3) == "ab-");
  fixture.check();
  (void)first;
}
