// One job for each idempotency key.
#include <algorithm>
#include <set>
#include <thread>

#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

Submission under_key(std::string key, std::string content = "hash") {
  Submission submission = a_submission();
  submission.idempotency = Idempotency{std::move(key), std::move(content)};
  return submission;
}

const std::string dedupe = "platen:{0}:dedupe:default:k";
constexpr long long day_ms = 24LL * 3600 * 1000;

}  // namespace

TEST_CASE("a repeat under a key gets the first job as it is now, and nothing else happens", "[queue]") {
  QueueFixture f;
  const Job first = f.submitted(under_key("k"));
  (void)f.slot.claim();
  const Job again = f.submitted(under_key("k"));
  CHECK(again.id == first.id);
  CHECK(again.state == JobState::running);
  CHECK(f.slot.finds_nothing());
  CHECK(f.submitted(under_key("other")).id != first.id);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("the same submission sent twice under its key is one job", "[queue]") {
  QueueFixture f;
  const Submission submission = under_key("k");
  CHECK(f.submitted(submission).id == f.submitted(submission).id);
  CHECK(f.jobs.list(default_tenant(), {})->jobs.size() == 1);
}

TEST_CASE("another request under a key is told so", "[queue]") {
  QueueFixture f;
  (void)f.submitted(under_key("k", "one"));
  const auto other = f.jobs.submit(under_key("k", "two"));
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().code == Errc::idempotency_conflict);
  CHECK(f.jobs.list(default_tenant(), {})->jobs.size() == 1);
}

TEST_CASE("another tenant's key is another one", "[queue]") {
  QueueFixture f;
  Submission foreign = under_key("k", "two");
  foreign.tenant = Tenant{"other"};
  CHECK(f.submitted(under_key("k", "one")).id != f.submitted(foreign).id);
}

TEST_CASE("a key holds for 24 h from the first request, whatever becomes of its job", "[queue]") {
  QueueFixture f;
  const Job first = f.submitted(under_key("k"));
  REQUIRE(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
  CHECK(f.submitted(under_key("k")).state == JobState::failed);
  (void)f.server({"PEXPIRE", dedupe, "60000"});
  CHECK(f.submitted(under_key("k")).id == first.id);
  CHECK(redis::Value(f.server({"PTTL", dedupe})).integer() <= 60000);  // no repeat prolongs it
  (void)f.server({"PEXPIRE", dedupe, "0"});
  CHECK(f.submitted(under_key("k")).id != first.id);
  CHECK(redis::Value(f.server({"PTTL", dedupe})).integer() > day_ms - 600'000);
  CHECK(redis::Value(f.server({"PTTL", dedupe})).integer() <= day_ms);
}

TEST_CASE("a key whose job has been removed makes no second one", "[queue]") {
  QueueFixture f;
  const Job first = f.submitted(under_key("k"));
  REQUIRE(f.jobs.cancel(default_tenant(), first.id));
  REQUIRE(f.janitor.forget({first.id}));
  CHECK(f.jobs.submit(under_key("k")).error().code == Errc::gone);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("repeats at the same time make exactly one job", "[queue]") {
  QueueFixture f;
  constexpr std::size_t clients = 8;
  std::vector<std::vector<JobId>> answers(clients);
  {
    std::vector<std::jthread> threads;
    for (std::vector<JobId>& answered : answers) {
      threads.emplace_back([&f, &answered] {
        redis::Connection connection(f.server.url());
        queue::RedisJobQueue jobs(connection);
        for (int i = 0; i < 20; ++i) {
          const auto job = jobs.submit(under_key("k" + std::to_string(i)));
          if (job) answered.push_back(job->id);
        }
      });
    }
  }
  REQUIRE(answers[0].size() == 20);
  CHECK(std::set<JobId>(answers[0].begin(), answers[0].end()).size() == 20);
  for (const auto& answered : answers) CHECK(answered == answers[0]);
  CHECK(f.jobs.list(default_tenant(), {})->jobs.size() == 20);
}

}  // namespace platen::test
