#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::RoutesFixture;

namespace {

Job& known_job(RoutesFixture& fixture, JobState state, EventKind last) {
  Job& job = fixture.job_in(state, 1);
  fixture.events.publish(job.id, last);
  return job;
}

}  // namespace

TEST_CASE("one stream is of all the jobs that are named, each once", "[routes]") {
  RoutesFixture fixture;
  const Job& open = known_job(fixture, JobState::queued, EventKind::queued);
  const Job& done = known_job(fixture, JobState::failed, EventKind::failed);
  auto answer = fixture.get("/v1/events?jobs=" + open.id.text + "," + done.id.text + "," + open.id.text);
  REQUIRE(answer.is_stream());
  const std::string text = fixture.hand_over(answer);
  CHECK(text.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  CHECK(text.find("\r\nX-Request-Id: req-1\r\n") != std::string::npos);
  CHECK(text.find("\r\nX-Accel-Buffering: no\r\n") != std::string::npos);
  CHECK(text.find("\r\n\r\nretry: ") != std::string::npos);
  const std::size_t first = text.find("event: queued\ndata: {\"job\":\"" + open.id.text);
  CHECK(first != std::string::npos);
  CHECK(text.find("event: failed\ndata: {\"job\":\"" + done.id.text, first) != std::string::npos);
  CHECK(text.find("event: queued", first + 1) == std::string::npos);
  CHECK(text.find("\nid:") == std::string::npos);
}

TEST_CASE("who has seen the end of all jobs gets 204", "[routes]") {
  RoutesFixture fixture;
  const std::string path = "/v1/events?jobs=" + known_job(fixture, JobState::failed, EventKind::failed).id.text;
  CHECK(fixture.get(path, {{"Last-Event-ID", "end"}}).status == 204);
  CHECK(fixture.get(path + "&last_event_id=end").status == 204);
  CHECK(fixture.get(path, {{"Last-Event-ID", "7"}}).is_stream());
}

TEST_CASE("jobs that are not there or are another's are named", "[routes]") {
  RoutesFixture fixture;
  const Job& mine = known_job(fixture, JobState::queued, EventKind::queued);
  Job& foreign = known_job(fixture, JobState::queued, EventKind::queued);
  foreign.tenant = Tenant{"other"};
  const JobId unknown = new_job_id();
  const auto answer =
      fixture.get("/v1/events?jobs=" + mine.id.text + "," + foreign.id.text + "," + unknown.text + ",nonsense");
  CHECK(answer.status == 404);
  CHECK(answer.header("Content-Type") == "application/problem+json");
  CHECK(answer.has("There are no such jobs: " + foreign.id.text + ", " + unknown.text + ", nonsense."));
}

TEST_CASE("a list of jobs that is empty, too long or given twice is refused", "[routes]") {
  RoutesFixture fixture;
  const std::string id = known_job(fixture, JobState::queued, EventKind::queued).id.text;
  for (const std::string& query :
       {std::string("?jobs="), std::string("?jobs=,,"), "?job=" + id, "?jobs=" + id + "&jobs=x"}) {
    CAPTURE(query);
    CHECK(fixture.get("/v1/events" + query).status == 400);
  }
  std::string list = id;
  for (int i = 1; i < 100; ++i) list += "," + new_job_id().text;
  CHECK(fixture.get("/v1/events?jobs=" + list).status == 404);
  CHECK(fixture.get("/v1/events?jobs=" + list + "," + new_job_id().text).status == 400);
}

TEST_CASE("while the queue is away a stream of many jobs is told to come back", "[routes]") {
  RoutesFixture fixture;
  const std::string path = "/v1/events?jobs=" + known_job(fixture, JobState::queued, EventKind::queued).id.text;
  fixture.queue.is_up = false;
  auto answer = fixture.get(path);
  REQUIRE(answer.is_stream());
  const std::string text = fixture.hand_over(answer);
  CHECK(text.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  CHECK(text.find("\r\n\r\nretry: ") != std::string::npos);
  CHECK(text.find("event: ") == std::string::npos);
}
