// Several Redis as one queue, while one of them is away, silent, or does not say whether it has heard.
#include "queue/outbox.hpp"
#include "queue/shards/delivery_shards.hpp"
#include "queue/shards/janitor_shards.hpp"
#include "tests/integration/queue/shards_fixture.hpp"

namespace platen::test {

namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

/// Each success is to be told of.
void subscribe(ShardsFixture& f) {
  Webhook webhook;
  webhook.id = new_webhook_id();
  webhook.target = {"https://example.org/hook", "example.org:443"};
  webhook.events = {EventKind::succeeded};
  REQUIRE(f.front.webhooks().create(webhook, "whsec_c2VjcmV0"));
}

void finish_one(ShardsFixture& f) {
  const auto claim = f.claim();
  REQUIRE(claim);
  REQUIRE(f.slot.complete(claim->lease, an_artifact(claim->lease)));
}

long long pending_on_second(ShardsFixture& f) {
  const redis::Reply pending = f.servers[1]({"XPENDING", "platen:{1}:outbox", "webhooks"});
  return redis::Value(pending).is_error() ? 0 : redis::Value(pending)[0].integer();
}

}  // namespace

TEST_CASE("a claim whose answer was lost is asked for again on its own shard", "[queue][shards]") {
  ShardsFixture f;
  const Job job = f.submitted_on(0);
  /// Grants, but its first answer never arrives.
  class Forgetful final : public LeaseQueue {
   public:
    explicit Forgetful(LeaseQueue& queue) : queue_(queue) {}
    Result<std::optional<Claim>> claim(const WorkerId& worker, std::string_view nonce) override {
      auto claimed = queue_.claim(worker, nonce);
      if (std::exchange(is_first_, false)) return fail(Errc::unavailable, "lost");
      return claimed;
    }
    Result<void> wait_for_work(std::chrono::milliseconds) override { return {}; }
    Result<LeaseState> renew(Lease& lease, const std::optional<Progress>& progress) override {
      return queue_.renew(lease, progress);
    }
    Result<std::optional<Claim>> complete(const Lease& lease, const Artifact& artifact,
                                          const std::optional<Claimant>& next) override {
      return queue_.complete(lease, artifact, next);
    }
    Result<Outcome> fail_attempt(const Lease& lease, const Error& e) override { return queue_.fail_attempt(lease, e); }
    Result<Outcome> crashed(const Lease& lease, const Error& error) override { return queue_.crashed(lease, error); }
    Result<Outcome> release(const Lease& lease) override { return queue_.release(lease); }

   private:
    LeaseQueue& queue_;
    bool is_first_ = true;
  };
  Forgetful first(f.leases[0]);
  queue::LeaseShards slot({&first, &f.leases[1]}, nullptr);
  const Job other = f.submitted_on(1);
  const auto one = slot.claim(f.worker, "a");
  REQUIRE(one);
  REQUIRE(*one);
  CHECK((**one).lease.job == other.id);  // the shard that answers goes on
  const auto two = slot.claim(f.worker, "b");
  REQUIRE(two);
  REQUIRE(*two);
  CHECK((**two).lease.job == job.id);
  CHECK((**two).attempt == 1);  // the same grant, not another
  CHECK((**two).lease.nonce == "a");
  CHECK(slot.complete((**two).lease, an_artifact((**two).lease), {}));
}

TEST_CASE("while a shard is away the others' jobs go on, and its own are kept", "[queue][shards]") {
  ShardsFixture f;
  const Job kept = f.submitted_on(1);
  f.servers[1].kill9();
  CHECK(eventually([&] { return !f.jobs().find(default_tenant(), kept.id); }));
  CHECK(f.jobs().find(default_tenant(), kept.id).error().code == Errc::unavailable);
  CHECK(f.jobs().list(default_tenant(), {}).error().code == Errc::unavailable);
  CHECK(f.jobs().ping());
  Submission due = a_submission();
  due.options.delay = 1ms;
  const Job job = f.submitted_on(0, due);
  CHECK(eventually([&] { return f.front.janitor().promote().value_or(0) == 1; }));
  CHECK(f.claim()->lease.job == job.id);
  f.servers[1].restart();
  CHECK(eventually([&] { return f.jobs().find(default_tenant(), kept.id).has_value(); }));
  CHECK(eventually([&] {
    const auto claim = f.claim();
    return claim && claim->lease.job == kept.id;
  }));
}

TEST_CASE("a shard that falls silent makes others wait until that is noticed, not whenever it is asked",
          "[queue][shards]") {
  constexpr int rounds = 20;
  ShardsFixture f;
  for (int i = 0; i < rounds; ++i) (void)f.submitted_on(0);
  // Silence looks the same to whoever dials: each of these connections is being dialled for as long as this takes.
  const redis::SharedConnectionOptions patient{.connection = {.connect_timeout = 10min}};
  redis::SharedConnection connections[2]{redis::SharedConnection(f.servers[0].url(), patient),
                                         redis::SharedConnection(f.servers[1].url(), patient)};
  const std::vector<queue::Shard> both{{connections[0], 0}, {connections[1], 1}};
  queue::RedisLeaseQueue leases[2]{{both[0], f.servers[0].url(), quick}, {both[1], f.servers[1].url(), quick}};
  queue::LeaseShards slot({&leases[0], &leases[1]}, nullptr);
  queue::RedisJobJanitor janitors[2]{queue::RedisJobJanitor(both[0]), queue::RedisJobJanitor(both[1])};
  queue::JanitorShards janitor({{.janitor = &janitors[0]}, {.janitor = &janitors[1]}});
  queue::RedisDeliveryQueue first(both[0]);
  queue::DeliveryShards deliveries(first, both);
  REQUIRE(janitor.reap());  // both are connected

  f.servers[1].freeze();
  const auto begun = Steady::now();
  int done = 0;
  for (; done < rounds && Steady::now() - begun < 60s; ++done) {
    CHECK(janitor.reap());
    CHECK(janitor.promote());
    CHECK(deliveries.fan_out());
    const auto claim = slot.claim(f.worker, "nonce-" + std::to_string(done));
    REQUIRE(claim);
    REQUIRE(*claim);
    CHECK(slot.complete((**claim).lease, an_artifact((**claim).lease)));
  }
  CHECK(done == rounds);  // to wait at each call, three seconds as a rule, would take minutes
  f.servers[1].thaw();
  CHECK(eventually([&] { return f.jobs().list(default_tenant(), {}).has_value(); }));
  (void)f.submitted_on(1);
  CHECK(eventually([&] {
    const auto claim = slot.claim(f.worker, "last");
    return claim && *claim && shard_of((**claim).lease.job) == 1;
  }));
}

TEST_CASE("while the first shard is away the others' messages stay where they are, untouched",
          "[queue][shards][webhooks]") {
  ShardsFixture f;
  subscribe(f);
  (void)f.submitted_on(1);
  finish_one(f);
  f.servers[0].kill9();
  for (int i = 0; i < 3; ++i) CHECK_FALSE(f.front.deliveries().fan_out());
  CHECK(pending_on_second(f) == 0);
  f.servers[0].restart();
  CHECK(eventually([&] { return f.front.deliveries().fan_out().value_or(0) == 1; }));
  CHECK(f.front.deliveries().take({.free = 10, .most_a_lane = 10, .busy = {}, .lease = 60s})->size() == 1);
}

TEST_CASE("messages that were taken and not brought come again soon, whatever else comes",
          "[queue][shards][webhooks]") {
  ShardsFixture f;
  subscribe(f);
  (void)f.submitted_on(1);
  finish_one(f);
  // Who took it hears no answer, for it is cut off.
  redis::Connection second(f.servers[1].url());
  REQUIRE(queue::run(queue::Shard(second, 1), queue::scripts::outbox_take, {}));
  CHECK(pending_on_second(f) == 1);
  const redis::Reply taken = f.servers[1]({"XPENDING", "platen:{1}:outbox", "webhooks", "-", "+", "1"});
  (void)f.servers[1]({"XCLAIM", "platen:{1}:outbox", "webhooks", "fan_out", "0",
                      std::string(redis::Value(taken)[0][0].text()), "IDLE", "10001", "JUSTID"});
  std::size_t told = 0;
  for (int i = 0; i < 2; ++i) {
    (void)f.submitted_on(1);
    finish_one(f);
    REQUIRE(f.front.deliveries().fan_out());
    told += f.front.deliveries().take({.free = 10, .most_a_lane = 10, .busy = {}, .lease = 60s})->size();
  }
  CHECK(told >= 2);
  CHECK(pending_on_second(f) == 0);
  while (f.front.deliveries().fan_out().value_or(0) > 0) {
  }
  told += f.front.deliveries().take({.free = 10, .most_a_lane = 10, .busy = {}, .lease = 60s})->size();
  CHECK(told == 3);
}

}  // namespace platen::test
