#include "http/auth/gatekeeper.hpp"

#include "base/api_key.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hand_clock.hpp"

using namespace platen;
using namespace platen::http;
using namespace std::chrono_literals;

namespace {

const JobId job{"job_000000000000000000000000001"};

struct Bearer {
  explicit Bearer(const std::string& tenant, Scopes scopes = Scopes::all()) {
    auto [id, secret, sha256] = new_api_key();
    text = secret;
    key.id = id;
    key.sha256 = sha256;
    key.tenant = Tenant{tenant};
    key.scopes = scopes;
  }
  ApiKey key;
  std::string text;
};

struct Fixture {
  /// What comes of a request with these fields.
  std::optional<Refusal> admit(const std::string& method, const std::string& target, httplib::Headers fields,
                               Needs needs = Needs::read) {
    exchange = {};
    exchange.method = method;
    exchange.target = target;
    exchange.path = target.substr(0, target.find('?'));
    exchange.host = host;
    exchange.headers = std::move(fields);
    route.needs = needs;
    return gatekeeper.admit(exchange, {.course = Course::collect, .route = &route});
  }
  std::optional<Refusal> get(httplib::Headers fields = {}, Needs needs = Needs::read) {
    return admit("GET", "/v1/jobs", std::move(fields), needs);
  }
  static httplib::Headers with(const std::string& key) { return {{"Authorization", "Bearer " + key}}; }
  void learn(const std::vector<ApiKey>& keys) { gatekeeper.learn(KeyTable({"1", keys})); }
  int status(const std::optional<Refusal>& refusal) { return refusal ? refusal->status : 200; }

  test::HandClock clock;
  TokenSigner tokens{{{"k1", std::string(32, 's')}}, clock};
  Gatekeeper gatekeeper{{.public_url = "https://reports.example.com"}, tokens, clock};
  Route route;
  Exchange exchange;
  std::string host = "localhost:8080";
};

}  // namespace

TEST_CASE("without keys whoever is here may do everything", "[auth]") {
  Fixture fixture;
  fixture.learn({});
  CHECK_FALSE(fixture.get({}, Needs::admin));
  CHECK(fixture.exchange.visitor.tenant() == default_tenant());
  CHECK_FALSE(fixture.get(Fixture::with("plk_whatever"), Needs::admin));
}

TEST_CASE("from the first key on nobody is served without one, even when all are gone again", "[auth]") {
  Fixture fixture;
  const Bearer acme("acme");
  fixture.learn({});
  fixture.learn({acme.key});
  CHECK(fixture.status(fixture.get()) == 401);
  CHECK(fixture.exchange.answer_headers.find("WWW-Authenticate")->second == "Bearer realm=\"platen\"");
  CHECK_FALSE(fixture.get(Fixture::with(acme.text)));
  CHECK(fixture.exchange.visitor.tenant() == Tenant{"acme"});
  CHECK(fixture.exchange.headers.count("Authorization") == 0);
  fixture.learn({});
  CHECK(fixture.status(fixture.get()) == 401);
  CHECK(fixture.status(fixture.get(Fixture::with(acme.text))) == 401);
}

TEST_CASE("what was opened before there were keys does not outlast the first of them", "[auth]") {
  Fixture fixture;
  fixture.learn({});
  CHECK_FALSE(fixture.get());
  const Visitor visitor = fixture.exchange.visitor;
  CHECK(fixture.gatekeeper.still_knows(visitor));
  fixture.learn({Bearer("acme").key});
  CHECK_FALSE(fixture.gatekeeper.still_knows(visitor));
}

TEST_CASE("a key that is wrong in any way does not work", "[auth]") {
  Fixture fixture;
  const Bearer acme("acme");
  const Bearer unknown("acme");
  fixture.learn({acme.key});
  std::string altered = acme.text;
  altered.back() = altered.back() == '0' ? '1' : '0';
  for (const std::string& text :
       {altered, unknown.text, std::string(), acme.text + "0", acme.key.sha256, acme.key.id.text})
    CHECK(fixture.status(fixture.get(Fixture::with(text))) == 401);
  CHECK(fixture.exchange.answer_headers.find("WWW-Authenticate")->second.find("invalid_token") != std::string::npos);
  CHECK(fixture.status(fixture.get({{"Authorization", "Basic " + acme.text}})) == 401);
  CHECK(fixture.status(
            fixture.get({{"Authorization", "Bearer " + acme.text}, {"Authorization", "Bearer " + acme.text}})) == 401);
  CHECK_FALSE(fixture.get({{"authorization", "bearer  " + acme.text}}));
}

TEST_CASE("a key works until its end", "[auth]") {
  Fixture fixture;
  Bearer acme("acme");
  acme.key.ends_at = fixture.clock.now() + 1h;
  fixture.learn({acme.key});
  CHECK_FALSE(fixture.get(Fixture::with(acme.text)));
  const Visitor visitor = fixture.exchange.visitor;
  CHECK(fixture.gatekeeper.still_knows(visitor));
  fixture.clock.advance(1h);
  CHECK(fixture.status(fixture.get(Fixture::with(acme.text))) == 401);
  CHECK_FALSE(fixture.gatekeeper.still_knows(visitor));
}

TEST_CASE("a scope that a key lacks is named", "[auth]") {
  Fixture fixture;
  const Bearer reader("acme", Scopes().with(Scope::read));
  fixture.learn({reader.key});
  CHECK_FALSE(fixture.get(Fixture::with(reader.text), Needs::read));
  CHECK_FALSE(fixture.get(Fixture::with(reader.text), Needs::anyone));
  for (const auto& [needs, name] : {std::pair(Needs::submit, "submit"), std::pair(Needs::admin, "admin")}) {
    const auto refusal = fixture.get(Fixture::with(reader.text), needs);
    REQUIRE(refusal);
    CHECK(refusal->status == 403);
    CHECK(refusal->detail.find(std::string("'") + name + "'") != std::string_view::npos);
    CHECK(fixture.exchange.answer_headers.find("WWW-Authenticate")->second.find(std::string("scope=\"") + name) !=
          std::string::npos);
  }
}

TEST_CASE("before keys could be read nobody is told yes, nor for good no", "[auth]") {
  Fixture fixture;
  const Bearer acme("acme");
  CHECK(fixture.status(fixture.get()) == 503);
  CHECK(fixture.status(fixture.get(Fixture::with(acme.text))) == 503);
  CHECK_FALSE(fixture.get({}, Needs::nothing));
}

TEST_CASE("when keys can no more be read those that are known go on, and others are not told that they are wrong",
          "[auth]") {
  Fixture fixture;
  const Bearer acme("acme");
  const Bearer later("acme");
  Gatekeeper forgetful({.stale_after = -1ms}, fixture.tokens, fixture.clock);
  forgetful.learn(KeyTable({"1", {acme.key}}));
  const auto ask = [&](const std::string& key) {
    Exchange exchange;
    exchange.method = "GET";
    exchange.headers = Fixture::with(key);
    fixture.route.needs = Needs::read;
    return fixture.status(forgetful.admit(exchange, {.course = Course::collect, .route = &fixture.route}));
  };
  CHECK(ask(acme.text) == 200);
  CHECK(ask(later.text) == 503);
}

TEST_CASE("a session is its key's, and ends with it", "[auth]") {
  Fixture fixture;
  const Bearer acme("acme");
  fixture.learn({acme.key});
  const Token session = fixture.tokens.session(acme.key.id);
  const httplib::Headers cookie{{"Cookie", "__Host-platen=" + session.text}};
  CHECK_FALSE(fixture.get(cookie));
  CHECK(fixture.exchange.visitor.tenant() == Tenant{"acme"});
  CHECK(fixture.exchange.visitor.session_end == session.expires_at);
  const Visitor visitor = fixture.exchange.visitor;
  CHECK(fixture.gatekeeper.still_knows(visitor));
  CHECK(fixture.exchange.headers.count("Cookie") == 0);
  CHECK(fixture.status(fixture.get({{"Cookie", "__Host-platen=" + session.text + "x"}})) == 401);
  fixture.clock.advance(fixture.tokens.session_lifetime());
  CHECK_FALSE(fixture.gatekeeper.still_knows(visitor));
  fixture.learn({});
  CHECK(fixture.status(fixture.get(cookie)) == 401);
}

TEST_CASE("a ticket opens its job's stream and nothing else", "[auth]") {
  Fixture fixture;
  fixture.learn({Bearer("acme").key});
  const std::string ticket = fixture.tokens.ticket(Tenant{"acme"}, job).text;
  const std::string stream = "/v1/jobs/" + job.text + "/events";
  const auto ask = [&](const std::string& method, const std::string& target, Needs needs = Needs::read) {
    return fixture.status(fixture.admit(method, target, {}, needs));
  };
  CHECK(ask("GET", stream + "?ticket=" + ticket) == 200);
  CHECK(fixture.exchange.visitor.tenant() == Tenant{"acme"});
  CHECK(ask("GET", stream + "?last_event_id=3&ticket=" + ticket) == 200);
  CHECK(ask("GET", stream + "?ticket=" + ticket, Needs::submit) == 403);
  CHECK(ask("GET", stream + "?xticket=" + ticket) == 401);
  CHECK(ask("GET", stream + "?ticket=" + ticket + "x") == 401);
  CHECK(ask("POST", stream + "?ticket=" + ticket) == 401);
  CHECK(ask("GET", "/v1/jobs/" + job.text + "?ticket=" + ticket) == 401);
  CHECK(ask("GET", "/v1/jobs/job_000000000000000000000000002/events?ticket=" + ticket) == 401);
  fixture.clock.advance(10min);
  CHECK(ask("GET", stream + "?ticket=" + ticket) == 401);
}

TEST_CASE("a name that the service does not go by is refused, but for probes", "[auth]") {
  Fixture fixture;
  fixture.learn({});
  CHECK_FALSE(fixture.get());
  fixture.host = "evil.example";
  CHECK(fixture.status(fixture.get()) == 421);
  CHECK(fixture.status(fixture.get()) == 421);
  CHECK_FALSE(fixture.admit("GET", "/readyz", {}, Needs::nothing));
  fixture.host = "localhost:8080";
  CHECK_FALSE(fixture.get());
}

TEST_CASE("a page of another origin changes nothing and opens no WebSocket", "[auth]") {
  Fixture fixture;
  fixture.learn({});
  const auto post = [&](httplib::Headers fields) { return fixture.status(fixture.admit("POST", "/v1/jobs", fields)); };
  CHECK(post({}) == 200);
  CHECK(post({{"Origin", "http://localhost:8080"}}) == 200);
  CHECK(post({{"Origin", "https://reports.example.com"}}) == 200);
  for (const char* const origin :
       {"https://evil.example", "null", "", "http://localhost:3000", "http://localhost:8080.evil"})
    CHECK(post({{"Origin", origin}}) == 403);
  for (const char* const site : {"same-origin", "none"}) CHECK(post({{"Sec-Fetch-Site", site}}) == 200);
  for (const char* const site : {"cross-site", "same-site", "what"}) CHECK(post({{"Sec-Fetch-Site", site}}) == 403);
  CHECK(fixture.status(fixture.get({{"Origin", "https://evil.example"}})) == 200);  // it cannot read the answer
  CHECK(fixture.status(fixture.get({{"Origin", "https://evil.example"}, {"Upgrade", "websocket"}})) == 403);
  for (const char* const method : {"PUT", "PATCH", "DELETE"})
    CHECK(fixture.status(fixture.admit(method, "/v1/jobs", {{"Origin", "https://evil.example"}})) == 403);
}

TEST_CASE("a key's requests are counted, told and refused beyond its limit", "[auth]") {
  Fixture fixture;
  Bearer acme("acme");
  acme.key.requests = {2, 1h};
  const Bearer other("acme");
  fixture.learn({acme.key, other.key});
  const auto field = [&](const char* name) { return fixture.exchange.answer_headers.find(name)->second; };
  CHECK_FALSE(fixture.get(Fixture::with(acme.text)));
  CHECK(field("RateLimit-Policy") == "\"requests\";q=2;w=3600");
  CHECK(field("RateLimit") == "\"requests\";r=1;t=1800");
  CHECK_FALSE(fixture.get(Fixture::with(acme.text)));
  CHECK(fixture.status(fixture.get(Fixture::with(acme.text))) == 429);
  CHECK(field("RateLimit") == "\"requests\";r=0;t=3600");
  CHECK(field("Retry-After") == "1800");
  CHECK_FALSE(fixture.get(Fixture::with(other.text)));
  CHECK(fixture.exchange.answer_headers.count("RateLimit") == 0);
}

TEST_CASE("a limit is there again share by share", "[auth]") {
  Meter meter;
  const Metering metering{KeyId{"0123456789ab"}, {10, 10s}};
  Meter::Time now{1h};
  for (int i = 9; i >= 0; --i) CHECK(meter.take(metering, now).allowance.left == static_cast<std::uint64_t>(i));
  CHECK(meter.take(metering, now).refused_for == 1s);
  now += 1s;
  CHECK_FALSE(meter.take(metering, now).refused_for);
  CHECK(meter.take(metering, now).refused_for);
  now += 1h;
  CHECK(meter.take(metering, now).allowance.left == 9);
}
