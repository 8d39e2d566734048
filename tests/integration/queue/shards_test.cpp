// Several Redis as one queue: where jobs go, and what is merged.
#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "queue/shards/identity.hpp"
#include "queue/shards/shard_choice.hpp"
#include "tests/integration/queue/shards_fixture.hpp"

namespace platen::test {

namespace {

using namespace std::chrono_literals;

std::set<JobId> ids_of(const std::vector<Job>& jobs) {
  std::set<JobId> ids;
  for (const Job& job : jobs) ids.insert(job.id);
  return ids;
}

}  // namespace

TEST_CASE("keys spread evenly over shards, and one shard more moves only its share", "[queue][shards]") {
  constexpr std::size_t keys = 20'000;
  for (std::size_t shards = 1; shards < 8; ++shards) {
    std::vector<std::size_t> counts(shards);
    std::size_t moved = 0;
    for (std::uint64_t key = 0; key < keys; ++key) {
      const std::uint64_t mixed = key * 0x9E3779B97F4A7C15ULL;
      const std::size_t now = queue::jump_hash(mixed, shards);
      const std::size_t then = queue::jump_hash(mixed, shards + 1);
      ++counts.at(now);
      if (now == then) continue;
      ++moved;
      CHECK(then == shards);  // only to the new one
    }
    const double share = static_cast<double>(keys) / static_cast<double>(shards);
    for (const std::size_t count : counts) CHECK(std::abs(static_cast<double>(count) - share) < share / 10);
    CHECK(moved < keys / (shards + 1) * 11 / 10);
  }
}

TEST_CASE("what has to meet goes to one shard: a group, else a key, else equal content", "[queue][shards]") {
  constexpr std::size_t shards = 8;
  const auto all_shards = [](auto change) {
    std::set<std::size_t> seen;
    for (int i = 0; i < 200; ++i) {
      Submission submission = a_submission();
      change(submission, i);
      seen.insert(queue::shard_for(submission, shards));
    }
    return seen.size();
  };
  CHECK(all_shards([](Submission&, int) {}) == shards);
  CHECK(all_shards([](Submission& s, int i) {
          s.options.group = "g";
          s.idempotency = Idempotency{std::to_string(i), "hash"};
        }) == 1);
  CHECK(all_shards([](Submission& s, int i) {
          s.idempotency = Idempotency{"key", "hash"};
          s.content = std::to_string(i);
        }) == 1);
  CHECK(all_shards([](Submission& s, int) { s.content = "content"; }) == 1);
  CHECK(all_shards([](Submission& s, int i) { s.options.group = std::to_string(i); }) == shards);
  // Tenants have nothing in common.
  CHECK(all_shards([](Submission& s, int i) {
          s.options.group = "g";
          s.tenant = Tenant{std::to_string(i)};
        }) == shards);
}

TEST_CASE("jobs of all shards are found, listed page by page, canceled and removed", "[queue][shards]") {
  ShardsFixture f;
  std::vector<JobId> newest_first;
  for (int i = 0; i < 25; ++i) newest_first.insert(newest_first.begin(), f.submitted_on(i % 3 == 0 ? 0 : 1).id);
  for (const JobId& id : newest_first) CHECK(f.jobs().find(default_tenant(), id)->id == id);

  std::vector<Job> listed;
  JobQuery query{.limit = 4};
  for (;;) {
    const auto page = f.jobs().list(default_tenant(), query);
    REQUIRE(page);
    CHECK(page->jobs.size() <= 4);
    listed.insert(listed.end(), page->jobs.begin(), page->jobs.end());
    if (!page->next_cursor) break;
    query.cursor = page->next_cursor;
  }
  CHECK(ids_of(listed) == std::set<JobId>(newest_first.begin(), newest_first.end()));
  CHECK(listed.size() == newest_first.size());
  CHECK(std::is_sorted(listed.begin(), listed.end(),
                       [](const Job& left, const Job& right) { return left.created_at > right.created_at; }));

  CHECK(f.jobs().cancel(default_tenant(), newest_first[0])->state == JobState::canceled);
  CHECK(f.jobs().remove(default_tenant(), newest_first[0]));
  CHECK(f.jobs().find(default_tenant(), newest_first[0]).error().code == Errc::not_found);
  CHECK(f.jobs().find(default_tenant(), new_job_id(7)).error().code == Errc::not_found);
  CHECK(f.front.observer().observe(default_tenant())->waiting == newest_first.size() - 1);
}

TEST_CASE("an upload stays while a job of any shard uses it", "[queue][shards]") {
  ShardsFixture f;
  Submission submission = a_submission();
  submission.upload = new_upload_id();
  const Job first = f.submitted_on(0, submission);
  const Job second = f.submitted_on(1, submission);
  REQUIRE(f.jobs().cancel(default_tenant(), first.id));
  CHECK(f.jobs().remove(default_tenant(), first.id)->empty());
  CHECK(f.front.janitor().upload_in_use(*submission.upload) == true);
  REQUIRE(f.jobs().cancel(default_tenant(), second.id));
  CHECK(f.front.janitor().forget({second.id}) == std::vector<UploadId>{*submission.upload});
  CHECK(f.front.janitor().upload_in_use(*submission.upload) == false);
}

TEST_CASE("a worker takes turns between shards, however many jobs one has", "[queue][shards]") {
  ShardsFixture f;
  for (int i = 0; i < 30; ++i) (void)f.submitted_on(0);
  for (int i = 0; i < 3; ++i) (void)f.submitted_on(1);
  std::vector<std::size_t> order;
  for (auto claim = f.claim(); claim;) {
    order.push_back(shard_of(claim->lease.job));
    const std::string nonce = "next-" + std::to_string(order.size());
    auto next = f.slot.complete(claim->lease, an_artifact(claim->lease), Claimant{f.worker, nonce});
    REQUIRE(next);
    claim = *std::move(next);
  }
  CHECK(order.size() == 33);
  const auto last_of_second = std::find(order.rbegin(), order.rend(), 1U).base() - order.begin();
  CHECK(last_of_second <= 14);  // not after all of the first's
}

TEST_CASE("a slot that waits hears of work on any shard, and gives back what it did not need", "[queue][shards]") {
  ShardsFixture f;
  const auto blocked_on = [&](std::size_t shard) {
    const redis::Reply info = f.servers[shard]({"INFO", "clients"});
    return redis::Value(info).text().find("blocked_clients:0") == std::string_view::npos;
  };
  for (const std::size_t shard : {0U, 1U}) {
    std::jthread later([&] {
      CHECK(eventually([&] { return blocked_on(shard); }));
      (void)f.submitted_on(shard);
    });
    // Far below its limit, else the bell was not heard.
    const auto begun = std::chrono::steady_clock::now();
    for (auto claim = f.claim(); !claim; claim = f.claim()) REQUIRE(f.slot.wait_for_work(60s));
    CHECK(std::chrono::steady_clock::now() - begun < 50s);
  }
  // Nobody waits now: a token that comes is there for another worker.
  CHECK(eventually([&] { return !blocked_on(0) && !blocked_on(1); }));
  for (RedisServer& server : f.servers) {
    const std::string number = &server == &f.servers[0] ? "0" : "1";
    (void)server({"DEL", "platen:{" + number + "}:bell"});
    (void)server({"RPUSH", "platen:{" + number + "}:bell", "1"});
    CHECK(eventually([&] { return redis::Value(server({"LLEN", "platen:{" + number + "}:bell"})).integer() == 1; }));
  }
}

TEST_CASE("each shard takes its share of the limits", "[queue][shards]") {
  ShardsFixture f({.tenant_waiting = 5});
  for (const std::size_t shard : {0U, 1U}) {
    for (int i = 0; i < 3; ++i) (void)f.submitted_on(shard);
    Submission submission = a_submission();
    submission.id = new_job_id(shard);
    const auto refused = f.jobs().submit(submission);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::quota_exceeded);
    CHECK(refused.error().detail.find("You have 5 jobs") == 0);
  }
}

TEST_CASE("failed jobs of all shards are listed and run again", "[queue][shards]") {
  ShardsFixture f;
  std::vector<JobId> failed;
  for (const std::size_t shard : {0U, 1U, 1U}) (void)f.submitted_on(shard);
  for (int i = 0; i < 3; ++i) {
    const Lease lease = f.claim()->lease;
    REQUIRE(f.slot.fail_attempt(lease, hopeless));
    failed.insert(failed.begin(), lease.job);
  }
  const auto listed = f.jobs().dead_letters(default_tenant(), {});
  REQUIRE(listed);
  CHECK(ids_of(listed->jobs) == std::set<JobId>(failed.begin(), failed.end()));
  CHECK(f.jobs().redrive_dead(default_tenant(), std::vector<JobId>{failed[0]})->size() == 1);
  CHECK(f.jobs().redrive_dead(default_tenant(), std::nullopt)->size() == 2);
}

TEST_CASE("webhooks hear of the jobs of all shards, once", "[queue][shards][webhooks]") {
  ShardsFixture f;
  Webhook webhook;
  webhook.id = new_webhook_id();
  webhook.target = {"https://example.org/hook", "example.org:443"};
  webhook.events = {EventKind::succeeded};
  REQUIRE(f.front.webhooks().create(webhook, "whsec_c2VjcmV0"));
  for (int i = 0; i < 6; ++i) (void)f.submitted_on(i % 2);
  std::set<JobId> done;
  while (const auto claim = f.claim()) {
    REQUIRE(f.slot.complete(claim->lease, an_artifact(claim->lease)));
    done.insert(claim->lease.job);
  }
  std::multiset<JobId> told;
  while (f.front.deliveries().fan_out().value_or(0) > 0) {
  }
  for (;;) {
    const auto taken = f.front.deliveries().take({.free = 100, .most_a_lane = 100, .busy = {}, .lease = 60s});
    REQUIRE(taken);
    if (taken->empty()) break;
    for (const Delivery& delivery : *taken) {
      told.insert(delivery.job->id);
      CHECK(f.front.deliveries().report(delivery, {.attempt = "{}"}) == false);
    }
  }
  CHECK(told == std::multiset<JobId>(done.begin(), done.end()));
  CHECK(redis::Value(f.servers[1]({"XPENDING", "platen:{1}:outbox", "webhooks"}))[0].integer() == 0);
}

TEST_CASE("a Redis that was another shard is refused, with the fix", "[queue][shards]") {
  RedisServer servers[2];
  const redis::Url first = servers[0].url();
  const redis::Url second = servers[1].url();
  CHECK(queue::check_shards({second, first}));  // nothing is there yet
  CHECK(queue::check_shards({first, first}).error().detail.find("twice") != std::string::npos);
  for (const std::size_t shard : {0U, 1U}) {
    redis::Connection connection(servers[shard].url());
    REQUIRE(queue::RedisJobJanitor(queue::Shard(connection, shard)).reap());
  }
  CHECK(queue::check_shards({first, second}));
  CHECK(queue::check_shards({first}));
  for (const auto& wrong : {std::vector{second, first}, std::vector{second}}) {
    const auto checked = queue::check_shards(wrong);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::invalid_request);
    CHECK(checked.error().detail.find("order") != std::string::npos);
  }
  servers[1].kill9();
  CHECK(queue::check_shards({first, second}));  // what does not answer is taken at its word
  CHECK_FALSE(queue::check_shards(std::vector<redis::Url>(33, first)));
}

TEST_CASE("a worker tells every shard of itself, and is counted once", "[queue][shards]") {
  ShardsFixture f;
  queue::RedisWorkerRegistry registries[2] = {queue::RedisWorkerRegistry(queue::Shard(f.connections[0], 0)),
                                              queue::RedisWorkerRegistry(queue::Shard(f.connections[1], 1))};
  queue::WorkerRegistryShards registry({&registries[0], &registries[1]});
  WorkerReport report;
  report.name = "w";
  REQUIRE(registry.report(report));
  const auto state = f.front.observer().observe(default_tenant());
  REQUIRE(state);
  REQUIRE(state->workers.size() == 1);
  CHECK(state->workers[0].name == "w");
  registry.retire("w");
  CHECK(f.front.observer().observe(default_tenant())->workers.empty());
}

}  // namespace platen::test
