#include "tests/support/eventually.hpp"
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::Answer;
using platen::test::RoutesFixture;

namespace {

const httplib::Headers as_json{{"Accept", "application/json"}};

httplib::Headers waiting(const std::string& seconds) {
  httplib::Headers headers = as_json;
  headers.emplace("Prefer", "wait=" + seconds);
  return headers;
}

}  // namespace

TEST_CASE("without jobs the events are the tenant's feed, from where the client says", "[routes][feed]") {
  RoutesFixture fixture;
  for (const EventKind kind : {EventKind::queued, EventKind::started, EventKind::succeeded}) fixture.feed.publish(kind);
  const auto seen = [&](const std::string& query, httplib::Headers headers = {}) {
    auto answer = fixture.get("/v1/events" + query, std::move(headers));
    REQUIRE(answer.is_stream());
    return fixture.hand_over(answer);
  };
  const std::string all = seen("?since=0");
  CHECK(all.rfind("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream", 0) == 0);
  CHECK(all.find("event: queued\ndata: {\"job\":\"") != std::string::npos);
  CHECK(all.find("\nid: 3-0\n") != std::string::npos);
  CHECK(all.find("/d/job_") != std::string::npos);
  CHECK(seen("?since=beginning").find("\nid: 1-0\n") != std::string::npos);
  CHECK(seen("?since=1970-01-01T00:00:00.002Z").find("\nid: 2-0\n") != std::string::npos);
  CHECK(seen("?since=1970-01-01T00:00:00.002Z").find("\nid: 1-0\n") == std::string::npos);
  CHECK(seen("?since=2-0").find("event: started") == std::string::npos);
  CHECK(seen("?since=2-0").find("event: succeeded") != std::string::npos);
  CHECK(seen("").find("event:") == std::string::npos);
  CHECK(seen("").find("\nid: 3-0\n") != std::string::npos);
  CHECK(seen("?since=now").find("event:") == std::string::npos);
  // Who comes back has the URL that it came with first.
  CHECK(seen("?since=0", {{"Last-Event-ID", "2-0"}}).find("event: started") == std::string::npos);
  CHECK(seen("?since=0&last_event_id=2-0").find("event: started") == std::string::npos);
  CHECK(seen("?since=0", {{"Last-Event-ID", "nonsense"}}).find("event: started") != std::string::npos);
  CHECK(seen("?since=0&types=succeeded,%20queued").find("event: started") == std::string::npos);
  CHECK(seen("?since=0&types=succeeded,%20queued").find("event: succeeded") != std::string::npos);
}

TEST_CASE("a feed is not begun by a parameter that cannot be meant", "[routes][feed]") {
  RoutesFixture fixture;
  const auto detail = [&](const std::string& query, const httplib::Headers& headers = {}) {
    const Answer answer = fixture.get("/v1/events" + query, headers);
    CHECK(answer.status == 400);
    return answer.body;
  };
  CHECK_THAT(detail("?since=yesterday"), test::has_text("'since' is a position"));
  CHECK_THAT(detail("?since=1-2-3"), test::has_text("'since' is a position"));
  CHECK_THAT(detail("?types=done"), test::has_text("'types' has no 'done': it is of queued, "));
  CHECK_THAT(detail("?types=progress"), test::has_text("'types' has no 'progress'"));
  CHECK_THAT(detail("?types="), test::has_text("'types'"));
  CHECK_THAT(detail("?job=x"), test::has_text("Did you mean 'jobs'?"));
  for (const char* const limit : {"0", "501", "ten"})
    CHECK_THAT(detail(std::string("?limit=") + limit, as_json), test::has_text("'limit' is a number from 1 to 500"));
}

TEST_CASE("a poller gets pages, each with where the next begins", "[routes][feed]") {
  RoutesFixture fixture;
  const Answer start = fixture.get("/v1/events", as_json);
  CHECK(start.status == 200);
  CHECK(start.header("Content-Type") == "application/json");
  CHECK(start.body == R"({"data":[],"next":"0-0","has_more":false,"has_lost":false})");
  const FeedEvent first = fixture.feed.publish(EventKind::queued);
  for (int i = 0; i < 4; ++i) fixture.feed.publish(EventKind::started);
  fixture.feed.publish(EventKind::succeeded);
  const Answer page = fixture.get("/v1/events?since=0-0&limit=1", as_json);
  CHECK(page.body == R"({"data":[{"id":"1-0","event":"queued","data":)" + first.data +
                         R"(}],"next":"1-0","has_more":true,"has_lost":false})");
  CHECK(page.header("Cache-Control") == "no-store");
  // Those that are not wanted are passed over, however many they are.
  const Answer ends = fixture.get("/v1/events?since=0&types=succeeded&limit=1", as_json);
  CHECK(ends.has(R"({"data":[{"id":"6-0","event":"succeeded")"));
  CHECK(ends.has(R"("url":"/d/job_)"));
  CHECK(fixture.get("/v1/events?since=6-0", as_json).body ==
        R"({"data":[],"next":"6-0","has_more":false,"has_lost":false})");
  fixture.feed.trim(1);
  CHECK(fixture.get("/v1/events?since=2-0", as_json).has(R"("has_lost":true)"));
  fixture.feed.is_up = false;
  CHECK(fixture.get("/v1/events", as_json).status == 503);
}

TEST_CASE("a poller may wait for what it wants", "[routes][feed]") {
  RoutesFixture fixture;
  const std::string path = "/v1/events?since=0&types=failed";
  Answer answer = fixture.get(path, waiting("10"));
  REQUIRE(answer.is_wait());
  auto wait = fixture.begin_wait(answer);
  fixture.settle();
  fixture.feed.publish(EventKind::queued);
  fixture.settle();
  fixture.settle();
  CHECK_FALSE(fixture.is_over);
  fixture.feed.publish(EventKind::failed);
  test::eventually([&] {
    fixture.settle();
    return fixture.is_over;
  });
  wait.reset();
  const Answer late = fixture.after_wait(answer, "GET", path);
  CHECK(late.header("Preference-Applied") == "wait=10");
  CHECK(late.has(R"({"data":[{"id":"2-0","event":"failed")"));
  CHECK(late.has(R"("next":"2-0")"));

  // What is there already is not waited for.
  CHECK(fixture.get(path, waiting("10")).has("2-0"));
  CHECK(fixture.get("/v1/events?since=2-0", waiting("0")).has(R"("data":[])"));
}
