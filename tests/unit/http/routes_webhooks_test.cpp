// Subscriptions over HTTP.
#include "tests/unit/http/routes_fixture.hpp"

namespace platen::test {

namespace {

struct WebhookRoutes : RoutesFixture {
  std::string created() {
    const Answer answer = post("/v1/webhooks", R"({"url":"https://Example.org/hook?token=1"})", json);
    REQUIRE(answer.status == 201);
    return hooks.webhooks.begin()->first.text;
  }
  Answer patch(const std::string& id, std::string body) {
    http::Exchange exchange;
    exchange.body = std::move(body);
    exchange.headers = json;
    return call("PATCH", "/v1/webhooks/" + id, std::move(exchange));
  }
  const httplib::Headers json{{"Content-Type", "application/json"}};
};

}  // namespace

TEST_CASE("a webhook is made with a secret that is shown then, and never again", "[http]") {
  WebhookRoutes f;
  const Answer made = f.post("/v1/webhooks",
                             R"({"url":"https://Example.org:8443/hook","events":["failed","succeeded","failed"],)"
                             R"("tags":{"team":"finance"},"description":"Büro"})",
                             f.json);
  REQUIRE(made.status == 201);
  const Webhook& kept = f.hooks.webhooks.begin()->second;
  CHECK(made.header("Location") == "/v1/webhooks/" + kept.id.text);
  CHECK(made.header("Cache-Control") == "no-store");
  const std::string secret = f.hooks.secrets.at(0);
  CHECK(made.has("\"secret\":\"" + secret + "\""));
  CHECK(kept.target == WebTarget{"https://Example.org:8443/hook", "example.org:8443"});
  CHECK(kept.events == std::vector{EventKind::failed, EventKind::succeeded});
  CHECK(kept.tags == std::map<std::string, std::string>{{"team", "finance"}});
  CHECK(kept.description == "Büro");
  CHECK(kept.is_enabled);
  for (const std::string& path : {std::string("/v1/webhooks"), "/v1/webhooks/" + kept.id.text}) {
    const Answer shown = f.get(path);
    CHECK(shown.status == 200);
    CHECK(shown.has(kept.id.text));
    CHECK_FALSE(shown.has("whsec_"));
  }
}

TEST_CASE("without events a webhook hears of every end", "[http]") {
  WebhookRoutes f;
  (void)f.created();
  const Webhook& kept = f.hooks.webhooks.begin()->second;
  CHECK(kept.events.size() == 4);
  CHECK(kept.target.lane == "example.org:443");
}

TEST_CASE("what does not fit is told with its place", "[http]") {
  WebhookRoutes f;
  const auto told = [&](const char* body, const char* pointer, const char* detail) {
    INFO(body);
    const Answer answer = f.post("/v1/webhooks", body, f.json);
    CHECK(answer.status == 400);
    CHECK_THAT(answer.body, has_text(std::string(R"("pointer":")") + pointer + "\"") && has_text(detail));
  };
  told(R"({})", "/url", "missing");
  told(R"({"url":"example.org"})", "/url", "https://");
  told(R"({"url":"ftp://example.org"})", "/url", "https://");
  told(R"({"url":"https://user:pw@example.org"})", "/url", "user and password");
  told(R"({"url":"https://example.org/#a"})", "/url", "'#'");
  told(R"({"url":"https:///path"})", "/url", "host");
  told(R"({"url":"https://ex ample.org"})", "/url", "percent-encode");
  told(R"({"url":"https://example.org:0"})", "/url", "port");
  told(R"({"url":"https://example.org:70000"})", "/url", "port");
  told(R"({"url":"https://[::1"})", "/url", "host");
  told(R"({"url":"https://exämple.org"})", "/url", "percent-encode");
  told(R"({"url":"https://a.org","events":["started"]})", "/events/0", "succeeded");
  told(R"({"url":"https://a.org","events":[]})", "/events", "leave it out");
  told(R"({"url":"https://a.org","tags":{"a b":"c"}})", "/tags/a b", "tag");
  told(R"({"url":"https://a.org","event":["failed"]})", "/event", "events");
  told(R"({"url":"https://a.org","enabled":false})", "/enabled", "no field");
  CHECK(f.post("/v1/webhooks", "{", f.json).status == 400);
  CHECK(f.hooks.webhooks.empty());
}

TEST_CASE("too many webhooks are a conflict", "[http]") {
  WebhookRoutes f;
  for (std::size_t i = 0; i < most_webhooks; ++i)
    REQUIRE(f.post("/v1/webhooks", R"({"url":"http://[2001:db8::1]:8080"})", f.json).status == 201);
  CHECK(f.post("/v1/webhooks", R"({"url":"https://example.org"})", f.json).status == 409);
}

TEST_CASE("a webhook is changed, rotated and removed", "[http]") {
  WebhookRoutes f;
  const std::string id = f.created();
  const Webhook& kept = f.hooks.webhooks.begin()->second;
  CHECK(f.patch(id, R"({"enabled":false,"events":["failed"]})").status == 200);
  CHECK_FALSE(kept.is_enabled);
  CHECK(kept.events == std::vector{EventKind::failed});
  CHECK(kept.target.lane == "example.org:443");
  CHECK(f.patch(id, R"({"enabled":"no"})").status == 400);
  CHECK(f.patch(id, R"({"url":"http://10.0.0.1/"})").status == 200);  // where it may go shows when it is sent
  CHECK(kept.target.lane == "10.0.0.1:80");

  const Answer rotated = f.post("/v1/webhooks/" + id + "/rotate");
  CHECK(rotated.status == 200);
  CHECK(rotated.has(f.hooks.secrets.at(1)));
  CHECK(f.call("DELETE", "/v1/webhooks/" + id).status == 204);
  CHECK(f.call("DELETE", "/v1/webhooks/" + id).status == 404);
}

TEST_CASE("the log is listed in pages, sent again and tested", "[http]") {
  WebhookRoutes f;
  const std::string id = f.created();
  DeliveryRecord record;
  record.id = new_delivery_id();
  record.type = "job.failed";
  record.job = new_job_id();
  record.attempts = R"({"attempt":1,"status":500},{"attempt":2,"status":200})";
  record.state = DeliveryState::succeeded;
  f.hooks.log.push_back(record);
  const std::string log = "/v1/webhooks/" + id + "/deliveries";
  const Answer listed = f.get(log + "?limit=10&cursor=abc");
  CHECK(listed.status == 200);
  CHECK_THAT(listed.body, has_text(record.id.text) && has_text(record.job.text) &&
                              has_text("\"status\":\"succeeded\"") &&
                              has_text(R"("attempts":[{"attempt":1,"status":500},{"attempt":2,"status":200}])") &&
                              has_text(R"("next_cursor":"next")"));
  CHECK(f.hooks.last_limit == 10);
  CHECK(f.hooks.last_cursor == "abc");
  CHECK(f.get(log + "?limit=0").status == 400);
  CHECK(f.post(log + "/" + record.id.text + "/resend").status == 202);
  CHECK(f.post(log + "/" + new_delivery_id().text + "/resend").status == 404);
  CHECK(f.post(log + "/nonsense/resend").status == 404);
  const Answer tested = f.post("/v1/webhooks/" + id + "/test");
  CHECK(tested.status == 202);
  CHECK(tested.has("webhook.test"));
}

TEST_CASE("a webhook that is not there is 404 on every route", "[http]") {
  WebhookRoutes f;
  for (const std::string& id : {new_webhook_id().text, std::string("nonsense"), new_job_id().text}) {
    const std::string path = "/v1/webhooks/" + id;
    CHECK(f.get(path).status == 404);
    CHECK(f.patch(id, "{}").status == 404);
    CHECK(f.call("DELETE", path).status == 404);
    CHECK(f.post(path + "/rotate").status == 404);
    CHECK(f.post(path + "/test").status == 404);
    CHECK(f.get(path + "/deliveries").status == 404);
    CHECK(f.post(path + "/deliveries/" + new_delivery_id().text + "/resend").status == 404);
  }
}

TEST_CASE("a job names who is told of its end, as a URL or with a secret", "[http]") {
  WebhookRoutes f;
  const auto submit = [&](const std::string& callback) {
    return f.post("/v1/jobs",
                  R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":{"callback":)" + callback + "}}",
                  f.json);
  };
  REQUIRE(submit(R"("https://example.org/done")").status == 202);
  CHECK(f.queue.submissions.back().options.callback == Callback{{"https://example.org/done", "example.org:443"}, {}});
  const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const Answer signed_one = submit(R"({"url":"http://example.org:81","secret":")" + secret + "\"}");
  REQUIRE(signed_one.status == 202);
  CHECK_FALSE(signed_one.has("whsec_"));
  CHECK(f.queue.submissions.back().options.callback == Callback{{"http://example.org:81", "example.org:81"}, secret});
  const auto told = [&](const std::string& callback, const char* pointer) {
    INFO(callback);
    const Answer answer = submit(callback);
    CHECK(answer.status == 422);
    CHECK_THAT(answer.body, has_text(std::string(R"("pointer":")") + pointer + "\""));
    CHECK_FALSE(answer.has("whsec_short"));
  };
  told("7", "/options/callback");
  told(R"("example.org")", "/options/callback");
  told("{}", "/options/callback/url");
  told(R"({"url":"https://example.org","secret":"whsec_short"})", "/options/callback/secret");
  told(R"({"url":"https://example.org","key":"x"})", "/options/callback/key");
}

}  // namespace platen::test
