// Jobs that are submitted at one moment share a call, and nothing else.
#include "queue/submits.hpp"

#include <algorithm>
#include <set>

#include "redis/shared_connection.hpp"
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/held_caller.hpp"
#include "tests/support/queue_invariants.hpp"

using namespace platen;  // NOLINT: a test file
using namespace platen::test;

namespace {

struct SubmitsFixture : QueueFixture {
  SubmitsFixture() { (void)submitted(); }  // Redis knows the script from here on

  void submit(const Submission& submission) {
    submits.submit_later(submission, [this, id = submission.id](const Result<Job>& job) {
      CHECK((!job || job->id == id));
      (job ? accepted : refused).push_back(id);
    });
  }
  std::vector<JobId> submit(std::size_t count) {
    std::vector<JobId> ids;
    for (std::size_t i = 0; i < count; ++i) {
      const Submission submission = a_submission();
      ids.push_back(submission.id);
      submit(submission);
    }
    return ids;
  }

  HeldCaller caller{connection};
  queue::Submits submits{queue::Shard(caller), {}};
  std::vector<JobId> accepted, refused;
};

}  // namespace

TEST_CASE("a submit goes out at once, and what comes while two calls are under way goes out together", "[queue]") {
  SubmitsFixture f;
  const std::vector<JobId> ids = f.submit(7);
  CHECK(f.caller.held() == 2);  // one job each
  f.caller.pass_on();
  CHECK(f.accepted == std::vector<JobId>{ids[0]});
  CHECK(f.caller.held() == 2);  // the second's, and the call of the other five
  f.caller.pass_on();
  CHECK(f.caller.held() == 1);
  f.caller.pass_on();
  CHECK(f.caller.held() == 0);
  CHECK(f.accepted == ids);
  for (const JobId& id : ids) CHECK(f.state_of(id) == JobState::queued);
}

TEST_CASE("a call that is full does not wait for others", "[queue]") {
  SubmitsFixture f;
  const std::vector<JobId> ids = f.submit(2 + 32 + 32 + 5);
  CHECK(f.caller.held() == 4);
  f.caller.pass_all_on();
  CHECK(f.accepted == ids);
}

TEST_CASE("jobs of one call are refused one by one, and keep their order", "[queue]") {
  SubmitsFixture f;
  Submission first = a_submission();
  first.idempotency = Idempotency{"key", "content"};
  (void)f.submitted(first);
  (void)f.submit(2);

  Submission other_content = a_submission();
  other_content.idempotency = Idempotency{"key", "other"};
  Submission breaks_redis = a_submission();  // there is something else under the name of its key
  breaks_redis.idempotency = Idempotency{"broken", "content"};
  REQUIRE(f.connection.call(std::vector<std::string_view>{"RPUSH", "platen:{0}:dedupe:default:broken", "x"}));
  Submission one = a_submission();
  Submission two = a_submission();
  one.options.group = two.options.group = "g";
  for (const Submission& submission : {one, other_content, breaks_redis, two}) f.submit(submission);
  f.caller.pass_all_on();

  CHECK(f.refused == std::vector<JobId>{other_content.id, breaks_redis.id});
  CHECK(std::count(f.accepted.begin(), f.accepted.end(), one.id) == 1);
  CHECK(std::count(f.accepted.begin(), f.accepted.end(), two.id) == 1);
  CHECK(f.found(one.id).queue_position.has_value());
  CHECK_FALSE(f.found(two.id).queue_position.has_value());  // waits for the one before it
}

TEST_CASE("jobs of one call leave what each by itself would", "[queue]") {
  SubmitsFixture f;
  (void)f.submit(2);  // all that follow go out together
  const Tenant other{"other"};
  Submission first = a_submission();
  first.options.group = "g";
  Submission second = a_submission();
  second.options.group = "g";
  Submission high = a_submission();
  high.options.priority = Priority::high;
  Submission with_upload = a_submission();
  with_upload.upload = new_upload_id();
  with_upload.upload_bytes = {{*with_upload.upload, 1000}};
  Submission of_other = a_submission();
  of_other.tenant = other;
  of_other.upload = with_upload.upload;
  of_other.upload_bytes = with_upload.upload_bytes;
  Submission made = a_submission();
  made.content = "the same";
  Submission same = a_submission();  // the other stands for it
  same.content = made.content;
  const Submission delayed = a_delayed_submission();
  std::vector<Job> jobs;
  for (const Submission& submission : {first, second, high, with_upload, of_other, made, same, delayed, made})
    f.submits.submit_later(submission, [&](const Result<Job>& job) {
      REQUIRE(job);
      jobs.push_back(*job);
    });
  f.caller.pass_all_on();

  REQUIRE(jobs.size() == 9);
  CHECK(jobs[0].queue_position == 4);  // after the three that were there
  CHECK(jobs[1].queue_position == std::nullopt);
  CHECK(jobs[2].queue_position == 1);
  CHECK(jobs[3].queue_position == 6);
  CHECK(jobs[4].queue_position == 3);  // its tenant's first comes after one of the other's, and the high one
  CHECK(jobs[6].id == made.id);
  CHECK(jobs[7].state == JobState::delayed);
  CHECK(jobs[8].id == made.id);  // a repeat
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("a limit holds among the jobs of one call", "[queue]") {
  SubmitsFixture f;
  queue::Submits limited(queue::Shard(f.caller), {.tenant_waiting = 5});
  std::vector<bool> taken;
  const auto submit = [&](const Submission& submission) {
    limited.submit_later(submission, [&](const Result<Job>& job) {
      if (!job) CHECK(job.error().code == Errc::quota_exceeded);
      taken.push_back(job.has_value());
    });
  };
  for (int i = 0; i < 2; ++i) submit(a_submission());  // with the fixture's there are three, and room for two
  for (int i = 0; i < 4; ++i) submit(a_submission());
  f.caller.pass_all_on();
  CHECK(taken == std::vector<bool>{true, true, true, true, false, false});
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("a call that is lost is the loss of its jobs only, and the next goes out", "[queue]") {
  SubmitsFixture f;
  const std::vector<JobId> ids = f.submit(4);
  f.caller.lose();
  CHECK(f.refused == std::vector<JobId>{ids[0]});
  f.caller.pass_all_on();
  CHECK(f.accepted == std::vector<JobId>{ids[1], ids[2], ids[3]});
}

TEST_CASE("submits from many threads over one connection are all answered, each with its own job", "[queue]") {
  SubmitsFixture f;
  constexpr std::size_t threads = 4;
  constexpr std::size_t of_each = 250;
  Guarded<std::set<std::string>> answered;
  {
    redis::SharedConnection shared(f.server.url());
    queue::Submits submits(queue::Shard(shared), {});
    {
      std::vector<std::jthread> submitters;
      for (std::size_t i = 0; i < threads; ++i)
        submitters.emplace_back([&] {
          for (std::size_t k = 0; k < of_each; ++k) {
            const Submission submission = a_submission();
            submits.submit_later(submission, [&, id = submission.id](const Result<Job>& job) {
              if (job && job->id == id) answered.lock()->insert(id.text);
            });
          }
        });
    }
    CHECK(eventually([&] { return answered.lock()->size() == threads * of_each; }));
  }
  const auto page = f.jobs.list(default_tenant(), {.state = {}, .limit = 200, .cursor = {}});
  REQUIRE(page);
  CHECK(page->jobs.size() == 200);
}
