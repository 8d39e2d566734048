// What is let onto the queue, and what is said to those who must wait.
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

struct LimitsFixture : QueueFixture {
  explicit LimitsFixture(const queue::QueueLimits& limits) : limited(connection, limits) {}

  Result<Job> submit(const std::string& tenant = "default", std::optional<UploadId> upload = {},
                     std::uint64_t bytes = 0) {
    Submission submission = a_submission();
    submission.tenant = Tenant{tenant};
    submission.upload = upload;
    if (upload) submission.upload_bytes[*upload] = bytes;
    return limited.submit(submission);
  }
  /// The error, for how long it asks to wait.
  std::pair<Errc, long long> refusal(const Result<Job>& job) {
    REQUIRE_FALSE(job);
    REQUIRE(job.error().retry_after);
    return {job.error().code, job.error().retry_after->count()};
  }
  void run_one() {
    const Lease lease = slot.claim().lease;
    REQUIRE(slot.queue.complete(lease, an_artifact(lease)));
  }
  /// As if so many jobs had ended in each of the last spans of ten seconds, and in this one.
  void drained(int a_span) {
    const auto now = redis::Value(server({"TIME"}))[0].integer();
    for (int span = 0; span <= 6; ++span)
      (void)server(
          {"HSET", "platen:{0}:drained", std::to_string(now / 10 - span), std::to_string((6 - span) * a_span)});
    (void)server({"HSET", "platen:{0}:stats", "succeeded", std::to_string(7 * a_span)});
  }
  [[nodiscard]] std::vector<std::string> broken() { return broken_invariants(connection); }

  queue::RedisJobQueue limited;
};

}  // namespace

TEST_CASE("a tenant with too many waiting jobs is refused until one is started", "[queue][limits]") {
  LimitsFixture f({.tenant_waiting = 2});
  const Result<Job> first = f.submit();
  REQUIRE(first);
  REQUIRE(f.submit());
  CHECK(f.refusal(f.submit()).first == Errc::quota_exceeded);
  CHECK(f.submit("other"));
  (void)f.slot.claim();
  CHECK(f.submit());
  CHECK(f.refusal(f.submit()).first == Errc::quota_exceeded);
  REQUIRE(f.jobs.cancel(default_tenant(), f.jobs.list(default_tenant(), {})->jobs.at(0).id));
  CHECK(f.submit());
  CHECK(f.broken().empty());
}

TEST_CASE("a full queue refuses every tenant", "[queue][limits]") {
  LimitsFixture f({.waiting = 2});
  REQUIRE(f.submit("one"));
  REQUIRE(f.submit("two"));
  CHECK(f.refusal(f.submit("three")).first == Errc::busy);
  (void)f.slot.claim();
  CHECK(f.submit("three"));
}

TEST_CASE("what is refused leaves nothing behind", "[queue][limits]") {
  LimitsFixture f({.waiting = 1});
  REQUIRE(f.submit());
  const auto before = redis::Value(f.server({"DBSIZE"})).integer();
  Submission submission = a_submission();
  submission.idempotency = Idempotency{"key", "hash"};
  submission.content = "content";
  submission.upload = new_upload_id();
  CHECK_FALSE(f.limited.submit(submission));
  CHECK(redis::Value(f.server({"DBSIZE"})).integer() == before);
  f.run_one();
  CHECK(f.limited.submit(submission)->id == submission.id);
  CHECK(f.broken().empty());
}

TEST_CASE("a repeat gets its job however full the queue is", "[queue][limits]") {
  LimitsFixture f({.waiting = 1});
  Submission submission = a_submission();
  submission.idempotency = Idempotency{"key", "hash"};
  REQUIRE(f.limited.submit(submission));
  CHECK(f.limited.submit(submission));
  const JobId first = submission.id;
  submission.id = new_job_id();
  CHECK(f.limited.submit(submission)->id == first);
}

TEST_CASE("when to come back follows from how fast jobs end", "[queue][limits]") {
  LimitsFixture f({.waiting = 1});
  REQUIRE(f.submit());
  CHECK(f.refusal(f.submit()).second == 60);  // nothing has ended yet
  f.drained(1);                               // a job in ten seconds: room for one comes in that time, about
  const auto slow = f.refusal(f.submit()).second;
  CHECK(slow >= 9);
  CHECK(slow <= 12);
  f.drained(1000);
  CHECK(f.refusal(f.submit()).second == 1);
}

TEST_CASE("sweeps note how many jobs have ended", "[queue][limits]") {
  LimitsFixture f({.waiting = 1});
  REQUIRE(f.janitor.reap());
  REQUIRE(f.submit());
  CHECK(f.refusal(f.submit()).second == 60);
  // As if a hundred had ended in what has passed of this span.
  (void)f.server({"HSET", "platen:{0}:stats", "succeeded", "60", "failed", "30", "canceled", "9", "expired", "1"});
  CHECK(f.refusal(f.submit()).second == 1);
  REQUIRE(f.janitor.reap());  // not noted again
  CHECK(f.refusal(f.submit()).second == 1);
}

TEST_CASE("the rate forgets what is more than a minute ago", "[queue][limits]") {
  LimitsFixture f({.waiting = 1});
  (void)f.server({"HSET", "platen:{0}:stats", "succeeded", "1000000"});
  (void)f.server({"HSET", "platen:{0}:drained", "1", "0"});
  REQUIRE(f.submit());
  CHECK(f.refusal(f.submit()).second == 60);
  REQUIRE(f.janitor.reap());
  CHECK(redis::Value(f.server({"HEXISTS", "platen:{0}:drained", "1"})).integer() == 0);
}

TEST_CASE("uploads and results count against the tenant until their jobs are removed", "[queue][limits]") {
  LimitsFixture f({.tenant_stored_bytes = 3000});
  const UploadId upload = new_upload_id();
  const Result<Job> job = f.submit("default", upload, 2000);
  REQUIRE(job);
  CHECK(f.refusal(f.submit("default", new_upload_id(), 1001)).first == Errc::quota_exceeded);
  CHECK(f.submit("other", new_upload_id(), 1001));
  CHECK(f.broken().empty());
  f.run_one();  // an artifact of 1234 bytes
  CHECK(f.refusal(f.submit()).first == Errc::quota_exceeded);
  CHECK(f.broken().empty());
  CHECK(f.jobs.remove(default_tenant(), job->id));
  CHECK(f.submit("default", new_upload_id(), 3000));
  CHECK(f.broken().empty());
}

TEST_CASE("an upload that two jobs use counts once", "[queue][limits]") {
  LimitsFixture f({.stored_bytes = 4000});
  const UploadId upload = new_upload_id();
  REQUIRE(f.submit("default", upload, 2000));
  REQUIRE(f.submit("default", upload, 2000));
  REQUIRE(f.submit("default", new_upload_id(), 2000));
  CHECK(f.refusal(f.submit("default", new_upload_id(), 1)).first == Errc::busy);
  CHECK(f.broken().empty());
}

TEST_CASE("a Redis that is filled refuses jobs before it refuses workers", "[queue][limits]") {
  LimitsFixture f({});
  const auto used = [&] {
    const redis::Reply info = f.server({"INFO", "memory"});
    const std::string_view text = redis::Value(info).text();
    return std::stoll(std::string(text.substr(text.find("used_memory:") + 12, 20)));
  };
  (void)f.server({"CONFIG", "SET", "maxmemory", std::to_string(used() + 1'000'000)});
  Submission submission = a_submission();
  submission.spec = std::string(10'000, 'x');
  std::vector<JobId> taken;
  Result<Job> answer = f.jobs.submit(submission);
  while (answer) {
    taken.push_back(submission.id);
    submission.id = new_job_id();
    answer = f.jobs.submit(submission);
  }
  CHECK(answer.error().code == Errc::busy);
  CHECK(taken.size() > 10);
  for (std::size_t i = 0; i < taken.size(); ++i) f.run_one();
  CHECK(f.slot.finds_nothing());
  for (const JobId& id : taken) CHECK(f.janitor.forget({id}));
  // Redis gives what its buffers took back a little later, by its own clock.
  eventually([&] { return f.jobs.submit(submission).has_value(); });
  CHECK(f.broken().empty());
}

}  // namespace platen::test
