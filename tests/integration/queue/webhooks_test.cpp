// Subscriptions: kept, changed, removed; their log.
#include "tests/integration/queue/webhook_fixture.hpp"

namespace platen::test {

namespace {

const Tenant other_tenant{"other"};

}  // namespace

TEST_CASE("a webhook is kept as it was given, for its tenant alone", "[queue]") {
  WebhookFixture f;
  Webhook wanted = WebhookFixture::a_webhook();
  wanted.events = {EventKind::succeeded, EventKind::failed};
  wanted.tags = {{"team", "finance"}};
  wanted.description = "Büro";
  const Webhook created = f.subscribed(wanted);
  const auto found = f.hooks.find(default_tenant(), created.id);
  REQUIRE(found);
  CHECK(found->target == wanted.target);
  CHECK(found->events == wanted.events);
  CHECK(found->tags == wanted.tags);
  CHECK(found->description == wanted.description);
  CHECK(found->is_enabled);
  CHECK(found->created_at == created.created_at);
  CHECK_FALSE(found->old_secret_until);
  CHECK(f.hooks.list(default_tenant())->size() == 1);

  CHECK(f.hooks.list(other_tenant)->empty());
  CHECK(f.hooks.find(other_tenant, created.id).error().code == Errc::not_found);
  CHECK(f.hooks.change(other_tenant, created.id, {}).error().code == Errc::not_found);
  CHECK(f.hooks.remove(other_tenant, created.id).error().code == Errc::not_found);
  CHECK(f.hooks.test(other_tenant, created.id).error().code == Errc::not_found);
  CHECK(f.hooks.deliveries(other_tenant, created.id, 10, {}).error().code == Errc::not_found);
}

TEST_CASE("another tenant's jobs are not told of", "[queue]") {
  WebhookFixture f;
  (void)f.subscribed();
  Submission foreign = a_submission();
  foreign.tenant = other_tenant;
  REQUIRE(f.jobs.submit(foreign));
  const Lease lease = f.slot.claim().lease;
  REQUIRE(f.slot.queue.complete(lease, an_artifact(lease)));
  CHECK(f.fanned_out() == 1);
  CHECK(f.taken().empty());
}

TEST_CASE("a tenant has so many webhooks and no more", "[queue]") {
  WebhookFixture f;
  for (std::size_t i = 0; i < most_webhooks; ++i) (void)f.subscribed();
  Webhook one_more = WebhookFixture::a_webhook();
  one_more.id = new_webhook_id();
  CHECK(f.hooks.create(one_more, f.secret).error().code == Errc::conflict);
  one_more.tenant = other_tenant;
  CHECK(f.hooks.create(one_more, f.secret));
}

TEST_CASE("while a secret rotates, both sign", "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  WebhookChange rotate;
  rotate.secret = new_webhook_secret();
  const auto rotated = f.hooks.change(default_tenant(), webhook.id, rotate);
  REQUIRE(rotated);
  CHECK(rotated->old_secret_until);
  REQUIRE(f.hooks.test(default_tenant(), webhook.id));
  const auto both = f.taken();
  REQUIRE(both.size() == 1);
  CHECK(both[0].secrets == std::vector{*rotate.secret, f.secret});
  (void)f.server({"HSET", "platen:{0}:webhook:" + webhook.id.text, "old_secret_until", "1"});
  REQUIRE(f.hooks.test(default_tenant(), webhook.id));
  CHECK(f.taken().at(0).secrets == std::vector{*rotate.secret});
}

TEST_CASE("a change touches what it names, a new address counts for what is on its way", "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  (void)f.a_finished_job();
  (void)f.fanned_out();
  WebhookChange move;
  move.target = WebTarget{"https://example.net/new", "example.net:443"};
  move.description = "moved";
  const auto moved = f.hooks.change(default_tenant(), webhook.id, move);
  REQUIRE(moved);
  CHECK(moved->target == *move.target);
  CHECK(moved->events == webhook.events);
  CHECK(f.taken().at(0).target.url == move.target->url);
}

TEST_CASE("a delivery that has ended is sent again by hand, once and without consequences", "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  (void)f.a_finished_job();
  (void)f.fanned_out();
  const Delivery first = f.taken().at(0);
  CHECK_FALSE(first.is_manual);
  CHECK(f.deliveries.report(first, given_up) == true);  // which disables the subscription
  const auto resent = f.hooks.resend(default_tenant(), webhook.id, first.id);
  REQUIRE(resent);
  CHECK(resent->state == DeliveryState::pending);
  const auto again = f.taken();
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == first.id);
  CHECK(again[0].is_manual);
  CHECK(again[0].attempt == 2);
  CHECK(again[0].job->id == first.job->id);
  CHECK(f.deliveries.report(again[0], delivered) == false);
  CHECK(f.log_of(webhook).at(0).state == DeliveryState::succeeded);
  CHECK(f.hooks.resend(default_tenant(), webhook.id, new_delivery_id()).error().code == Errc::not_found);
  const Webhook other = f.subscribed();
  CHECK(f.hooks.resend(default_tenant(), other.id, first.id).error().code == Errc::not_found);
}

TEST_CASE("the log keeps the last deliveries that ended, and is read in pages", "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  constexpr int sent = 230;
  for (int i = 0; i < sent; ++i) REQUIRE(f.hooks.test(default_tenant(), webhook.id));
  for (const Delivery& each : f.taken(std::chrono::minutes(1), 1000, 1000))
    CHECK(f.deliveries.report(each, delivered) == false);
  for (const Delivery& each : f.taken(std::chrono::minutes(1), 1000, 1000))
    CHECK(f.deliveries.report(each, delivered) == false);
  for (const Delivery& each : f.taken(std::chrono::minutes(1), 1000, 1000))
    CHECK(f.deliveries.report(each, delivered) == false);
  std::vector<DeliveryRecord> all;
  std::optional<std::string> cursor;
  do {
    const auto page = f.hooks.deliveries(default_tenant(), webhook.id, 70, cursor);
    REQUIRE(page);
    all.insert(all.end(), page->deliveries.begin(), page->deliveries.end());
    cursor = page->next_cursor;
  } while (cursor);
  CHECK(all.size() == 200);
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i - 1].created_at >= all[i].created_at);
  CHECK(redis::Value(f.server({"KEYS", "*delivery:*"})).size() == 200);
  CHECK(f.hooks.deliveries(default_tenant(), webhook.id, 10, "1:x").error().code == Errc::invalid_request);
}

TEST_CASE("a webhook that is removed leaves nothing", "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  (void)f.a_finished_job();
  (void)f.a_finished_job();
  (void)f.fanned_out();
  CHECK(f.deliveries.report(f.taken(std::chrono::minutes(1), 1).at(0), delivered) == false);
  REQUIRE(f.hooks.remove(default_tenant(), webhook.id));
  CHECK(f.taken().empty());
  for (const char* const pattern : {"*webhook*", "*delivery*", "*due:*", "*lanes*"})
    CHECK(redis::Value(f.server({"KEYS", pattern})).size() == 0);
  CHECK(f.hooks.find(default_tenant(), webhook.id).error().code == Errc::not_found);
}

TEST_CASE("a target that falls too far behind is given up", "[queue]") {
  WebhookFixture f;
  const Webhook webhook = f.subscribed();
  const std::string key = "platen:{0}:webhook:" + webhook.id.text + ":deliveries";
  (void)f.server({"EVAL", "for i = 1, 10000 do redis.call('ZADD', KEYS[1], i, 'msg_' .. i) end", "1", key});
  (void)f.a_finished_job();
  (void)f.fanned_out();
  const auto stopped = f.hooks.find(default_tenant(), webhook.id);
  REQUIRE(stopped);
  CHECK_FALSE(stopped->is_enabled);
  CHECK_THAT(stopped->disabled_reason, has_text("10000"));
}

}  // namespace platen::test
