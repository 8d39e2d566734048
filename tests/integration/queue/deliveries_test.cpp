// What happens between the end of a job and the target of a webhook.
#include <algorithm>

#include "tests/integration/queue/webhook_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

TEST_CASE("a job's end is one delivery for each subscription that wants it", "[queue]") {
  WebhookFixture f;
  const Webhook all = f.subscribed();
  Webhook wanted = WebhookFixture::a_webhook();
  wanted.events = {EventKind::failed};
  const Webhook failures = f.subscribed(wanted);
  wanted = WebhookFixture::a_webhook();
  wanted.tags = {{"team", "finance"}};
  const Webhook tagged = f.subscribed(wanted);
  wanted.tags = {{"team", "finance"}, {"region", "north"}};
  const Webhook others = f.subscribed(wanted);
  const JobId id = f.a_finished_job();
  CHECK(f.fanned_out() == 1);
  CHECK(f.fanned_out() == 0);

  const auto taken = f.taken();
  REQUIRE(taken.size() == 2);
  for (const Delivery& delivery : taken) {
    CHECK((delivery.webhook == all.id || delivery.webhook == tagged.id));
    CHECK(delivery.type == "job.succeeded");
    CHECK(delivery.target == all.target);
    CHECK(delivery.secrets == std::vector{f.secret});
    CHECK(delivery.attempt == 1);
    REQUIRE(delivery.job);
    CHECK(delivery.job->id == id);
    CHECK(delivery.job->state == JobState::succeeded);
    CHECK(delivery.job->artifact);
    CHECK(delivery.job->tags == a_submission().options.tags);
    CHECK(delivery.job->ended_at == delivery.at);
  }
  CHECK(taken[0].id != taken[1].id);
  CHECK(f.log_of(failures).empty());
  CHECK(f.log_of(others).empty());
  CHECK(f.taken().empty());
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("what is sent is the job as it ended, whatever becomes of it", "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  const JobId redriven = f.submitted().id;
  CHECK(f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless) == Outcome::failed);
  REQUIRE(f.jobs.redrive(default_tenant(), redriven));
  const Lease lease = f.slot.claim().lease;
  REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  const JobId removed = f.a_finished_job();
  REQUIRE(f.jobs.remove(default_tenant(), removed));
  CHECK(f.fanned_out() == 3);

  auto taken = f.taken();
  REQUIRE(taken.size() == 3);
  const auto is_of = [](const char* type, const JobId& id) {
    return [type, &id](const Delivery& each) { return each.type == type && each.job && each.job->id == id; };
  };
  const auto failure = std::find_if(taken.begin(), taken.end(), is_of("job.failed", redriven));
  REQUIRE(failure != taken.end());
  CHECK(failure->job->state == JobState::failed);
  CHECK(failure->job->error == hopeless);
  CHECK(std::count_if(taken.begin(), taken.end(), is_of("job.succeeded", redriven)) == 1);
  CHECK(std::count_if(taken.begin(), taken.end(), is_of("job.succeeded", removed)) == 1);
}

TEST_CASE("a delivery that is not reported on is taken again under the same id, a late failure does not count",
          "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  (void)f.a_finished_job();
  (void)f.fanned_out();
  const auto first = f.taken(std::chrono::milliseconds(0));
  REQUIRE(first.size() == 1);
  const auto second = f.taken();
  REQUIRE(second.size() == 1);
  CHECK(second[0].id == first[0].id);
  CHECK(second[0].attempt == 2);
  CHECK(f.deliveries.report(first[0], given_up) == false);
  CHECK(f.log_of(webhook).at(0).state == DeliveryState::pending);
  CHECK(f.deliveries.report(second[0], delivered) == false);
  CHECK(f.log_of(webhook).at(0).state == DeliveryState::succeeded);
  CHECK(f.deliveries.report(first[0], delivered) == false);
  CHECK(f.log_of(webhook).at(0).attempts == delivered.attempt);
  CHECK(f.taken().empty());
  CHECK(f.size_of("ZCARD", "lanes") == 0);
}

TEST_CASE("a failure is tried again in its time, then its subscription is disabled and the rest thrown away",
          "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  (void)f.a_finished_job();
  (void)f.a_finished_job();
  (void)f.fanned_out();
  auto taken = f.taken();
  REQUIRE(taken.size() == 2);
  DeliveryReport later = again_at_once;
  later.retry_in = std::chrono::hours(5);
  CHECK(f.deliveries.report(taken[0], later) == false);
  CHECK(f.deliveries.report(taken[1], again_at_once) == false);
  const auto again = f.taken();
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == taken[1].id);
  CHECK(f.deliveries.report(again[0], given_up) == true);
  const auto stopped = f.hooks.find(default_tenant(), webhook.id);
  REQUIRE(stopped);
  CHECK_FALSE(stopped->is_enabled);
  CHECK(stopped->disabled_reason == given_up.disable_reason);
  CHECK(stopped->disabled_at);

  (void)f.a_finished_job();
  CHECK(f.fanned_out() == 1);
  const auto log = f.log_of(webhook);
  REQUIRE(log.size() == 2);  // nothing new for one that is disabled
  const auto waiting = std::find_if(log.begin(), log.end(), [&](const auto& each) { return each.id == taken[0].id; });
  REQUIRE(waiting != log.end());
  CHECK(waiting->due_at);
  (void)f.server({"ZADD", "platen:{0}:due:" + webhook.target.lane, "1", taken[0].id.text});
  (void)f.server({"ZADD", "platen:{0}:lanes", "1", webhook.target.lane});
  CHECK(f.taken().empty());
  for (const DeliveryRecord& each : f.log_of(webhook))
    CHECK(each.state == (each.id == taken[0].id ? DeliveryState::discarded : DeliveryState::failed));

  WebhookChange enable;
  enable.is_enabled = true;
  CHECK(f.hooks.change(default_tenant(), webhook.id, enable)->disabled_reason.empty());
  (void)f.a_finished_job();
  (void)f.fanned_out();
  CHECK(f.taken().size() == 1);
}

TEST_CASE("one lane takes no more than its share, and the others go past it", "[queue]") {
  WebhookFixture f;
  (void)f.subscribed();
  Webhook elsewhere = WebhookFixture::a_webhook();
  elsewhere.target = {"http://example.net/", "example.net:80"};
  elsewhere.tags = {{"team", "sales"}};
  (void)f.subscribed(elsewhere);
  for (int i = 0; i < 5; ++i) (void)f.a_finished_job();
  Submission last = a_submission();
  last.options.tags = elsewhere.tags;
  (void)f.a_finished_job(last);
  (void)f.fanned_out();
  const auto count = [](const std::vector<Delivery>& taken, const std::string& lane) {
    return std::count_if(taken.begin(), taken.end(), [&](const Delivery& each) { return each.target.lane == lane; });
  };
  const auto first = f.taken(std::chrono::minutes(1), 100, 2);
  CHECK(count(first, "example.org:80") == 2);
  CHECK(count(first, "example.net:80") == 1);
  const auto busy = f.deliveries.take(
      {.free = 100, .most_a_lane = 2, .busy = {{"example.org:80", 1}}, .lease = std::chrono::minutes(1)});
  REQUIRE(busy);
  CHECK(count(*busy, "example.org:80") == 1);
}

TEST_CASE("two front ends share what is due, none twice", "[queue]") {
  WebhookFixture f;
  (void)f.subscribed();
  for (int i = 0; i < 30; ++i) (void)f.a_finished_job();
  redis::Connection other_connection{f.server.url()};
  queue::RedisDeliveryQueue other{other_connection};
  while (f.fanned_out() + other.fan_out().value() > 0) continue;
  std::vector<DeliveryId> ids;
  for (int i = 0; i < 3; ++i) {
    for (const Delivery& each : f.taken(std::chrono::minutes(1), 5)) ids.push_back(each.id);
    const auto room = DeliveryRoom{.free = 5, .most_a_lane = 5, .busy = {}, .lease = std::chrono::minutes(1)};
    const auto others = other.take(room);
    REQUIRE(others);
    for (const Delivery& each : *others) ids.push_back(each.id);
  }
  CHECK(ids.size() == 30);
  std::sort(ids.begin(), ids.end());
  CHECK(std::unique(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("a callback is told of its job's end and leaves nothing", "[queue]") {
  WebhookFixture f;
  Submission submission = a_submission();
  submission.options.callback = Callback{{"http://example.org/done", "example.org:80"}, f.secret};
  const JobId id = f.a_finished_job(submission);
  (void)f.a_finished_job();
  CHECK(f.fanned_out() == 2);
  const auto taken = f.taken();
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].webhook.text.empty());
  CHECK(taken[0].target == submission.options.callback->target);
  CHECK(taken[0].secrets == std::vector{f.secret});
  CHECK(taken[0].job->id == id);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
  CHECK(f.deliveries.report(taken[0], delivered) == false);
  CHECK(redis::Value(f.server({"KEYS", "*delivery:*"})).size() == 0);
  CHECK(redis::Value(f.server({"KEYS", "*due:*"})).size() == 0);
  REQUIRE(f.jobs.remove(default_tenant(), id));
  CHECK(redis::Value(f.server({"KEYS", "*" + id.text + "*"})).size() == 0);
}

namespace {

/// A request for content `x` that wants to be told at a path of its own.
Submission a_request_to(const std::string& path) {
  Submission submission = a_submission();
  submission.content = "x";
  submission.options.callback = Callback{{"http://example.org/" + path, "example.org:80"}, {}};
  return submission;
}

std::vector<std::string> urls_of(const std::vector<Delivery>& deliveries) {
  std::vector<std::string> urls;
  for (const Delivery& delivery : deliveries) urls.push_back(delivery.target.url);
  std::sort(urls.begin(), urls.end());
  return urls;
}

}  // namespace

TEST_CASE("each request that one job stands for is told of its end, once", "[queue]") {
  WebhookFixture f;
  const Webhook hook = f.subscribed();
  const JobId id = f.submitted(a_request_to("first")).id;
  const Submission second = a_request_to("second");
  CHECK(f.submitted(second).id == id);
  CHECK(f.submitted(second).id == id);  // its answer was lost
  const Lease lease = f.slot.claim().lease;
  CHECK(f.submitted(a_request_to("third")).id == id);
  CHECK(f.fanned_out() == 0);
  REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  const Submission late = a_request_to("late");
  CHECK(f.submitted(late).id == id);
  CHECK(f.submitted(late).id == id);
  CHECK(f.fanned_out() == 2);
  const auto taken = f.taken();
  CHECK(urls_of(taken) == std::vector<std::string>{"http://example.org/first", "http://example.org/hook",
                                                   "http://example.org/late", "http://example.org/second",
                                                   "http://example.org/third"});
  for (const Delivery& delivery : taken) {
    REQUIRE(delivery.job);
    CHECK(delivery.job->id == id);
    CHECK(delivery.job->state == JobState::succeeded);
    CHECK(f.deliveries.report(delivery, delivered) == false);
  }
  CHECK(f.submitted(late).id == id);
  CHECK(f.submitted(a_request_to("later")).id == id);
  CHECK(f.fanned_out() == 1);
  CHECK(urls_of(f.taken()) == std::vector<std::string>{"http://example.org/later"});
  CHECK(f.log_of(hook).size() == 1);
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}

TEST_CASE("who is told of a job's end is told though the job is removed at once", "[queue]") {
  WebhookFixture f;
  const JobId id = f.a_finished_job(a_request_to("first"));
  (void)f.submitted(a_request_to("late"));
  REQUIRE(f.jobs.remove(default_tenant(), id));
  CHECK(f.fanned_out() == 2);
  CHECK(urls_of(f.taken()) == std::vector<std::string>{"http://example.org/first", "http://example.org/late"});
}

TEST_CASE("a job that is run again tells all its requests of its next end", "[queue]") {
  WebhookFixture f;
  const JobId id = f.submitted(a_request_to("first")).id;
  (void)f.submitted(a_request_to("second"));
  (void)f.slot.queue.fail_attempt(f.slot.claim().lease, hopeless);
  CHECK(f.fanned_out() == 1);
  CHECK(urls_of(f.taken()).size() == 2);
  REQUIRE(f.jobs.redrive(default_tenant(), id));
  const Lease lease = f.slot.claim().lease;
  REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  CHECK(f.fanned_out() == 1);
  const auto taken = f.taken();
  CHECK(urls_of(taken) == std::vector<std::string>{"http://example.org/first", "http://example.org/second"});
  CHECK(taken[0].job->state == JobState::succeeded);
}

TEST_CASE("a job that stands for as many requests as it may lets another be made", "[queue]") {
  WebhookFixture f;
  const Submission first = a_request_to("first");
  const JobId id = f.submitted(first).id;
  for (int i = 1; i < 1000; ++i)
    (void)f.server({"HSET", "platen:{0}:job:" + id.text + ":callbacks", "request-" + std::to_string(i), ""});
  const JobId other = f.submitted(a_request_to("second")).id;
  CHECK(other != id);
  CHECK(f.submitted(a_request_to("third")).id == other);
  CHECK(f.submitted(first).id == id);
}

TEST_CASE("an event that cannot be read holds up no other, and stays", "[queue]") {
  WebhookFixture f;
  (void)f.subscribed();
  (void)f.server({"XADD", "platen:{0}:outbox", "*", "job", "job_x", "tenant", "default", "seq", "1", "event",
                  "succeeded", "snapshot", "\x01"});
  (void)f.a_finished_job();
  CHECK(f.fanned_out() == 2);
  CHECK(f.taken().size() == 1);
  const redis::Reply pending = f.server({"XPENDING", "platen:{0}:outbox", "webhooks"});
  CHECK(redis::Value(pending)[0].integer() == 1);
}

TEST_CASE("the outbox loses what is old only once it was read and acknowledged", "[queue]") {
  WebhookFixture f;
  (void)f.subscribed();
  (void)f.server({"CONFIG", "SET", "stream-node-max-entries", "1"});  // so that MINID ~ is exact
  const auto add = [&](const char* id) {
    (void)f.server(
        {"XADD", "platen:{0}:outbox", id, "job", "job_x", "tenant", "default", "seq", "1", "event", "failed"});
  };
  for (int i = 1; i <= 150; ++i) add((std::to_string(i) + "-0").c_str());
  CHECK(f.fanned_out() == 100);
  CHECK(f.size_of("XLEN", "outbox") <= 52);
  CHECK(f.size_of("XLEN", "outbox") >= 50);  // nobody has read those
  CHECK(f.fanned_out() == 50);
  CHECK(f.size_of("XLEN", "outbox") <= 2);
  (void)f.a_finished_job();
  CHECK(f.fanned_out() == 1);
  CHECK(f.size_of("XLEN", "outbox") >= 1);  // young
}

}  // namespace platen::test
