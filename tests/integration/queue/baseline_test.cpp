// What is left in Redis when all jobs have ended and their retention is over: nothing that was not there before.
#include <algorithm>
#include <map>
#include <set>

#include "tests/integration/queue/webhook_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

/// What stays by intent: counters of a fixed number of names, and the stream of ends, emptied of what is old.
const std::set<std::string> constants{"platen:{0}:stats", "platen:{0}:outbox"};

struct BaselineFixture : WebhookFixture {
  std::set<std::string> keys() {
    const redis::Reply reply = server({"KEYS", "*"});
    std::set<std::string> all;
    for (std::size_t i = 0; i < redis::Value(reply).size(); ++i) {
      std::string key(redis::Value(reply)[i].text());
      if (constants.count(key) == 0) all.insert(std::move(key));
    }
    return all;
  }
  void end_retention() {
    const redis::Reply ended = server({"ZRANGE", "platen:{0}:ended", "0", "-1"});
    for (std::size_t i = 0; i < redis::Value(ended).size(); ++i)
      (void)server({"ZADD", "platen:{0}:ended", "XX", "0", std::string(redis::Value(ended)[i].text())});
    for (;;) {
      const auto due = janitor.due_for_removal();
      REQUIRE(due);
      if (due->empty()) break;
      std::vector<JobId> ids;
      for (const EndedJob& job : *due) ids.push_back(job.id);
      REQUIRE(janitor.forget(ids));
    }
    queue::RedisJobJanitor later(connection, {.feed_retention = std::chrono::milliseconds(-1)});
    REQUIRE(later.trim_feeds());
  }
  /// Keys that lapse by themselves are taken for lapsed; each must be about to.
  void let_lapse() {
    for (const std::string& key : keys()) {
      if (redis::Value(server({"PTTL", key})).integer() > 0) (void)server({"DEL", key});
    }
  }
  /// As idle workers do.
  void hear_bells() {
    while (redis::Value(server({"EXISTS", "platen:{0}:bell"})).integer() == 1)
      REQUIRE(slot.queue.wait_for_work(std::chrono::milliseconds(1)));
  }
};

/// Every way through the queue.
void live_through_all(BaselineFixture& f) {
  for (const char* const tenant : {"default", "other"}) {
    for (const Priority priority : {Priority::high, Priority::normal, Priority::low}) {
      Submission submission = a_submission();
      submission.tenant = Tenant{tenant};
      submission.options.priority = priority;
      submission.upload = new_upload_id();
      submission.upload_bytes[*submission.upload] = 1000;
      submission.idempotency = Idempotency{"key-" + submission.id.text, "hash"};
      submission.content = submission.id.text;
      submission.options.callback = Callback{{"http://example.org/done", "example.org:80"}, {}};
      (void)f.submitted(submission);
      const Lease lease = f.slot.claim().lease;
      REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
    }
    for (int i = 0; i < 3; ++i) {
      Submission member = a_submission();
      member.tenant = Tenant{tenant};
      member.options.group = "g";
      (void)f.submitted(member);
    }
    (void)f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless);
    Lease renewed = f.slot.claim().lease;
    (void)f.slot.queue.renew(renewed, Progress{});
    for (int i = 0; i < 2; ++i) {
      (void)f.slot.queue.crashed(renewed, renderer_gone);
      renewed = f.slot.claim().lease;
    }
    CHECK(f.slot.queue.crashed(renewed, renderer_gone) == Outcome::failed);
    const Lease last = f.slot.claim().lease;
    REQUIRE(f.jobs.cancel(Tenant{tenant}, last.job));
    (void)f.slot.queue.fail_attempt(last, stop_confirmed);
    Submission late = a_delayed_submission();
    late.tenant = Tenant{tenant};
    (void)f.submitted(late);
    (void)f.server({"ZADD", "platen:{0}:expiry", "XX", "0", late.id.text});
    REQUIRE(f.janitor.expire());
  }
}

}  // namespace

TEST_CASE("when all jobs have ended and their time is over, the keys are those from before", "[queue]") {
  BaselineFixture f;
  (void)f.server({"CONFIG", "SET", "stream-node-max-entries", "1"});
  const std::set<std::string> before = f.keys();
  live_through_all(f);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
  (void)f.fanned_out();
  for (const Delivery& delivery : f.taken()) (void)f.deliveries.report(delivery, delivered);
  CHECK(f.keys() != before);
  f.end_retention();
  f.hear_bells();
  f.let_lapse();
  CHECK(f.keys() == before);
}

TEST_CASE("with jobs of every end still kept, no count of nothing is kept beside them", "[queue]") {
  BaselineFixture f;
  live_through_all(f);
  CHECK(redis::Value(f.server({"EXISTS", "platen:{0}:waiting", "platen:{0}:leases", "platen:{0}:groups:active"}))
            .integer() == 0);
  REQUIRE(f.janitor.reap());
  const redis::Reply drained = f.server({"PTTL", "platen:{0}:drained"});
  CHECK(redis::Value(drained).integer() > 0);
}

TEST_CASE("the outbox is emptied of what is old though nothing more ends", "[queue]") {
  BaselineFixture f;
  for (int i = 1; i <= 50; ++i)
    (void)f.server({"XADD", "platen:{0}:outbox", std::to_string(i) + "-0", "job", "job_x", "tenant", "default", "seq",
                    "1", "event", "failed"});
  CHECK(f.fanned_out() == 50);
  CHECK(f.fanned_out() == 0);
  CHECK(f.size_of("XLEN", "outbox") == 0);
}

}  // namespace platen::test
