// What routes do with who is known, beyond what every route is asked: tests/integration/http/door_access_test.cpp.
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using namespace platen::test;

namespace {

const Tenant acme{"acme"};

http::Visitor visitor_of(const Tenant& tenant, http::Proof proof, Scopes scopes = Scopes::all()) {
  return {proof, std::make_shared<const http::Caller>(http::Caller{tenant, scopes, KeyId{"0123456789ab"}, {}, {}}), {}};
}

Answer get_as(RoutesFixture& fixture, const http::Visitor& visitor, const std::string& target,
              httplib::Headers headers = {}) {
  http::Exchange exchange;
  exchange.visitor = visitor;
  exchange.headers = std::move(headers);
  return fixture.call("GET", target, std::move(exchange));
}

}  // namespace

TEST_CASE("while the queue is away a stream opens only for whom it is known to be", "[http][access]") {
  RoutesFixture fixture;
  Job& job = fixture.job_in(JobState::running);
  job.tenant = acme;
  fixture.events.is_healthy = false;
  const std::string stream = "/v1/jobs/" + job.id.text + "/events";
  // With a key it may be another tenant's job: come back when that can be asked.
  Answer with_key = get_as(fixture, visitor_of(Tenant{"other"}, http::Proof::key), stream);
  REQUIRE(with_key.is_stream());
  CHECK(fixture.hand_over(with_key).find("event:") == std::string::npos);
  CHECK(fixture.events.watched().empty());
  Answer with_ticket = get_as(fixture, visitor_of(acme, http::Proof::ticket), stream);
  REQUIRE(with_ticket.is_stream());
  (void)fixture.hand_over(with_ticket);
  CHECK(fixture.events.watched().count(job.id) == 1);
}

TEST_CASE("while keys cannot be looked up a stream is told to come back, and nothing else is answered",
          "[http][access]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::running);
  const http::Visitor unknown{http::Proof::unknown, nullptr, {}};
  const Answer stream = get_as(fixture, unknown, "/v1/jobs/" + job.id.text + "/events");
  CHECK(stream.status == 200);
  CHECK(stream.header("Content-Type") == "text/event-stream; charset=utf-8");
  CHECK(stream.body == "retry: 2000\n\n");
  CHECK(get_as(fixture, unknown, "/v1/events?jobs=" + job.id.text).status == 200);
  const Answer shown = get_as(fixture, unknown, "/v1/jobs/" + job.id.text);
  CHECK(shown.status == 503);
  CHECK(shown.header("Retry-After") == "1");
  CHECK(get_as(fixture, unknown, "/v1/jobs/" + job.id.text + "/events", {{"Upgrade", "websocket"}}).status == 503);
}

TEST_CASE("a job that is waited for stays its tenant's", "[http][access]") {
  RoutesFixture fixture;
  Job& job = fixture.job_in(JobState::running);
  job.tenant = acme;
  const std::string path = "/v1/jobs/" + job.id.text;
  const httplib::Headers wait{{"Prefer", "wait=5"}};
  CHECK(get_as(fixture, visitor_of(Tenant{"other"}, http::Proof::key), path, wait).status == 404);
  CHECK(get_as(fixture, visitor_of(acme, http::Proof::key), path, wait).is_wait());
}

TEST_CASE("what is submitted is the visitor's, and counted as its key's", "[http][access]") {
  RoutesFixture fixture;
  http::Exchange exchange;
  exchange.visitor = {http::Proof::key,
                      std::make_shared<const http::Caller>(
                          http::Caller{acme, Scopes::all(), KeyId{"0123456789ab"}, {7, std::chrono::minutes(1)}, {}}),
                      {}};
  exchange.body = R"({"report":{"title":"t"},"data":{"rows":[{"a":1}]}})";
  CHECK(fixture.call("POST", "/v1/jobs", std::move(exchange)).status == 202);
  REQUIRE(fixture.queue.submissions.size() == 1);
  CHECK(fixture.queue.submissions.front().tenant == acme);
  CHECK(fixture.queue.submissions.front().metering->key.text == "0123456789ab");
  CHECK(fixture.queue.submissions.front().metering->limit.quota == 7);
}
