// Messages on their way from the queue to targets that behave and targets that do not.
#include <algorithm>
#include <memory>
#include <set>

#include "base/clock.hpp"
#include "jobs/webhook_dispatcher.hpp"
#include "jobs/webhook_signature.hpp"
#include "platen/links.hpp"
#include "tests/integration/queue/webhook_fixture.hpp"
#include "tests/support/webhook_target.hpp"

namespace platen::test {

using namespace std::chrono_literals;

namespace {

class PlainSigner final : public LinkSigner {
 public:
  [[nodiscard]] SignedLink sign(const Tenant&, const JobId& id) const override { return {"/d/" + id.text, {}}; }
  [[nodiscard]] Result<void> check(const Tenant&, const JobId&, std::string_view, std::string_view,
                                   std::string_view) const override {
    return {};
  }
};

struct DispatchFixture : WebhookFixture {
  Webhook to(const std::string& path) {
    Webhook webhook = a_webhook();
    // Each path a lane of its own: as if they were different hosts.
    webhook.target = {target.url(path), path};
    return subscribed(webhook);
  }
  /// A front end's dispatcher, with its own connection.
  struct Front {
    explicit Front(DispatchFixture& f, jobs::WebhookOptions options = {})
        : connection(f.server.url()), queue(connection), dispatcher(queue, f.signer, f.clock, with_guard(options)) {}
    static jobs::WebhookOptions with_guard(jobs::WebhookOptions options) {
      options.guard = net::AddressGuard::allowing("127.0.0.1").value();
      options.poll = 10ms;
      options.outage_pause = 50ms;
      if (options.schedule.empty()) options.schedule = {20ms, 40ms, 80ms};
      return options;
    }
    redis::Connection connection;
    queue::RedisDeliveryQueue queue;
    jobs::WebhookDispatcher dispatcher;
  };
  /// Waits until each delivery of the log has ended.
  std::vector<DeliveryRecord> settled(const Webhook& webhook, std::size_t count) {
    return eventually([&]() -> std::optional<std::vector<DeliveryRecord>> {
      auto log = log_of(webhook);
      const bool all =
          std::all_of(log.begin(), log.end(), [](const auto& each) { return each.state != DeliveryState::pending; });
      if (log.size() != count || !all) return std::nullopt;
      return log;
    });
  }
  [[nodiscard]] Webhook now(const Webhook& webhook) {
    auto found = hooks.find(default_tenant(), webhook.id);
    REQUIRE(found);
    return *std::move(found);
  }

  WebhookTarget target;
  PlainSigner signer;
  SystemClock clock;
};

/// Whether the message is signed as its headers say.
bool is_signed(const SeenMessage& message, const std::string& secret) {
  const TimePoint at(std::chrono::seconds(std::stoll(message.headers.at("webhook-timestamp"))));
  const auto lines = jobs::webhook_headers({message.headers.at("webhook-id")}, at, message.body, {secret});
  return lines.at(2) == "webhook-signature: " + message.headers.at("webhook-signature");
}

}  // namespace

TEST_CASE("the end of a job is told, signed, with the job and its link", "[queue]") {
  DispatchFixture f;
  const Webhook webhook = f.to("/ok");
  const JobId id = f.a_finished_job();
  DispatchFixture::Front front(f, {.public_url = "https://reports.example.org"});
  const auto log = f.settled(webhook, 1);
  CHECK(log[0].state == DeliveryState::succeeded);
  const auto seen = f.target.seen();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].headers.at("webhook-id") == log[0].id.text);
  CHECK(seen[0].headers.at("content-type") == "application/json");
  CHECK(is_signed(seen[0], f.secret));
  CHECK_THAT(seen[0].body, has_text(R"({"type":"job.succeeded","timestamp":")") &&
                               has_text(R"("data":{"id":")" + id.text + "\"") &&
                               has_text(R"("url":"https://reports.example.org/d/)" + id.text));
}

TEST_CASE("a target that fails is tried again with the same id until it succeeds", "[queue]") {
  DispatchFixture f;
  const Webhook webhook = f.to("/flaky-2");
  (void)f.a_finished_job();
  DispatchFixture::Front front(f);
  CHECK(f.settled(webhook, 1)[0].state == DeliveryState::succeeded);
  const auto seen = f.target.seen();
  REQUIRE(seen.size() == 3);
  for (const SeenMessage& each : seen) {
    CHECK(each.headers.at("webhook-id") == seen[0].headers.at("webhook-id"));
    CHECK(each.body == seen[0].body);
    CHECK(is_signed(each, f.secret));
  }
  CHECK(f.now(webhook).is_enabled);
}

TEST_CASE("each kind of bad target ends as it should", "[queue]") {
  DispatchFixture f;
  struct Case {
    const char* path;
    DeliveryState state;
    std::size_t requests;
    const char* reason;
  };
  const std::vector<Case> cases{{"/status-500", DeliveryState::failed, 4, "500"},
                                {"/status-404", DeliveryState::failed, 4, "404"},
                                {"/redirect", DeliveryState::failed, 4, "redirects are not followed"},
                                {"/close", DeliveryState::failed, 4, "closed the connection"},
                                {"/status-410", DeliveryState::failed, 1, "gone for good"},
                                {"/huge", DeliveryState::succeeded, 1, ""},
                                {"/cut", DeliveryState::succeeded, 1, ""}};
  std::vector<Webhook> webhooks;
  webhooks.reserve(cases.size());
  for (const Case& each : cases) webhooks.push_back(f.to(each.path));
  (void)f.a_finished_job();
  DispatchFixture::Front front(f);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(cases[i].path);
    const auto log = f.settled(webhooks[i], 1);
    CHECK(log[0].state == cases[i].state);
    CHECK(f.target.seen(cases[i].path).size() == cases[i].requests);
    CHECK_THAT(log[0].attempts, has_text(cases[i].reason));
    const Webhook now = f.now(webhooks[i]);
    CHECK(now.is_enabled == (cases[i].state == DeliveryState::succeeded));
    CHECK_THAT(now.disabled_reason, has_text(cases[i].reason));
  }
  CHECK(f.target.seen("/ok").empty());  // where the redirect leads
}

TEST_CASE("a target that gives no answer is given up", "[queue]") {
  DispatchFixture f;
  const Webhook webhook = f.to("/hang");
  (void)f.a_finished_job();
  DispatchFixture::Front front(f, {.timeout = 100ms});
  const auto log = f.settled(webhook, 1);
  CHECK(log[0].state == DeliveryState::failed);
  CHECK_THAT(log[0].attempts, has_text("no answer within 0.1 s"));
}

TEST_CASE("a private target is refused, and never connected to", "[queue]") {
  DispatchFixture f;
  const Webhook webhook = f.to("/ok");
  (void)f.a_finished_job();
  redis::Connection connection(f.server.url());
  queue::RedisDeliveryQueue queue(connection);
  jobs::WebhookDispatcher strict(queue, f.signer, f.clock, {.poll = 10ms, .schedule = {10ms}});
  const auto log = f.settled(webhook, 1);
  CHECK(log[0].state == DeliveryState::failed);
  CHECK_THAT(log[0].attempts, has_text("not on the public internet"));
  CHECK(f.target.seen().empty());
}

TEST_CASE("targets that hang hold up no other", "[queue]") {
  DispatchFixture f;
  const Webhook slow = f.to("/hang");
  const Webhook prompt = f.to("/ok");
  for (int i = 0; i < 30; ++i) (void)f.a_finished_job();
  // Twice as many hang as may be under way in all, if one lane could take them all.
  DispatchFixture::Front front(f, {.timeout = 10min, .most_under_way = 10});
  f.settled(prompt, 30);
  CHECK(f.target.seen("/ok").size() == 30);
  CHECK(f.target.seen("/hang").size() == 4);
}

TEST_CASE("two dispatchers deliver each message once", "[queue]") {
  DispatchFixture f;
  const Webhook webhook = f.to("/ok");
  DispatchFixture::Front one(f);
  DispatchFixture::Front two(f);
  for (int i = 0; i < 40; ++i) (void)f.a_finished_job();
  eventually([&] { return f.target.seen().size() >= 40; });
  f.settled(webhook, 40);
  std::multiset<std::string> ids;
  for (const SeenMessage& each : f.target.seen()) ids.insert(each.headers.at("webhook-id"));
  CHECK(ids.size() == 40);
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 40);
}

TEST_CASE("what was under way when a dispatcher ended is sent by another under the same id", "[queue]") {
  DispatchFixture f;
  const Webhook webhook = f.to("/hang");
  (void)f.a_finished_job();
  {
    DispatchFixture::Front front(f, {.timeout = 10min});
    eventually([&] { return f.target.seen().size() == 1; });
  }
  WebhookChange move;
  move.target = WebTarget{f.target.url("/ok"), "/hang"};
  REQUIRE(f.hooks.change(default_tenant(), webhook.id, move));
  (void)f.server({"ZADD", "platen:{0}:due:/hang", "1", f.log_of(webhook).at(0).id.text});  // its lease is over
  (void)f.server({"ZADD", "platen:{0}:lanes", "1", "/hang"});
  DispatchFixture::Front front(f);
  CHECK(f.settled(webhook, 1)[0].state == DeliveryState::succeeded);
  CHECK(f.target.seen("/ok").at(0).headers.at("webhook-id") == f.target.seen("/hang").at(0).headers.at("webhook-id"));
}

TEST_CASE("while Redis is away nothing is lost, afterwards deliveries go on", "[queue]") {
  DispatchFixture f;
  const Webhook webhook = f.to("/ok");
  DispatchFixture::Front front(f);
  (void)f.a_finished_job();
  f.settled(webhook, 1);
  f.server.kill9();
  f.server.restart();
  (void)eventually([&] { return f.jobs.ping().has_value(); });
  (void)f.a_finished_job();
  const auto log = f.settled(webhook, 2);
  CHECK(log[0].state == DeliveryState::succeeded);
}

TEST_CASE("a test by hand is sent once, also by a subscription that is disabled", "[queue]") {
  DispatchFixture f;
  const Webhook webhook = f.to("/status-500");
  WebhookChange stop;
  stop.is_enabled = false;
  REQUIRE(f.hooks.change(default_tenant(), webhook.id, stop));
  REQUIRE(f.hooks.test(default_tenant(), webhook.id));
  DispatchFixture::Front front(f);
  CHECK(f.settled(webhook, 1)[0].state == DeliveryState::failed);
  const auto seen = f.target.seen();
  REQUIRE(seen.size() == 1);
  CHECK_THAT(seen[0].body, has_text(R"("type":"webhook.test")") && has_text(webhook.id.text));
  CHECK(is_signed(seen[0], f.secret));
}

}  // namespace platen::test
