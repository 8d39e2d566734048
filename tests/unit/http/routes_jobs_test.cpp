#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::RoutesFixture;

namespace {

std::string path_of(const Job& job, const std::string& rest = {}) { return "/v1/jobs/" + job.id.text + rest; }

}  // namespace

TEST_CASE("a job is shown with a tag that changes with it and with its place in the queue", "[routes]") {
  RoutesFixture fixture;
  Job& job = fixture.job_in(JobState::queued, 1);
  job.queue_position = 2;
  const auto first = fixture.get(path_of(job));
  CHECK(first.status == 200);
  CHECK(first.has(job.id.text));
  CHECK(first.header("Retry-After") == "1");
  const std::string etag = first.header("ETag");
  CHECK(etag.rfind("W/\"", 0) == 0);
  CHECK(fixture.get(path_of(job), {{"If-None-Match", etag}}).status == 304);
  CHECK(fixture.get(path_of(job), {{"If-None-Match", "\"x\", " + etag.substr(2)}}).status == 304);
  CHECK(fixture.get(path_of(job), {{"If-None-Match", "*"}}).status == 304);
  CHECK(fixture.get(path_of(job), {{"If-None-Match", "\"x\""}}).status == 200);
  job.queue_position = 1;
  CHECK(fixture.get(path_of(job), {{"If-None-Match", etag}}).status == 200);
}

TEST_CASE("an ended job has no Retry-After, and a signed link where it succeeded", "[routes]") {
  RoutesFixture fixture;
  const Job& done = fixture.job_in(JobState::succeeded);
  const auto answer = fixture.get(path_of(done));
  CHECK(answer.header("Retry-After").empty());
  CHECK(answer.has("/d/" + done.id.text + "?exp="));
  CHECK_FALSE(answer.has(done.artifact->name));
}

TEST_CASE("a job that is not there, another tenant's, or no id at all is 404", "[routes]") {
  RoutesFixture fixture;
  Job& foreign = fixture.job_in(JobState::queued);
  foreign.tenant = Tenant{"other"};
  for (const std::string& path : {path_of(foreign), "/v1/jobs/" + new_job_id().text, std::string("/v1/jobs/x")}) {
    const auto answer = fixture.get(path);
    CHECK(answer.status == 404);
    CHECK(answer.header("Content-Type") == "application/problem+json");
  }
}

TEST_CASE("a listing takes a status, a limit and a cursor", "[routes]") {
  RoutesFixture fixture;
  fixture.job_in(JobState::running);
  const auto answer = fixture.get("/v1/jobs?status=running&limit=7&cursor=abc");
  CHECK(answer.status == 200);
  CHECK(answer.has("\"next_cursor\":\"next\""));
  REQUIRE(fixture.queue.last_query);
  CHECK(fixture.queue.last_query->state == JobState::running);
  CHECK(fixture.queue.last_query->limit == 7);
  CHECK(fixture.queue.last_query->cursor == "abc");
}

TEST_CASE("a parameter that does not fit a listing is named, with the nearest that would", "[routes]") {
  RoutesFixture fixture;
  const auto unknown = fixture.get("/v1/jobs?statsu=running");
  CHECK(unknown.status == 400);
  CHECK(unknown.has("Did you mean 'status'?"));
  for (const char* query : {"limit=0", "limit=201", "limit=x", "limit=-1", "limit=", "status=done", "limit=1&limit=2"})
    CHECK(fixture.get(std::string("/v1/jobs?") + query).status == 400);
}

TEST_CASE("a waiting job is canceled at once, a running one soon, an ended one not", "[routes]") {
  RoutesFixture fixture;
  CHECK(fixture.post(path_of(fixture.job_in(JobState::queued), "/cancel")).status == 200);
  const auto running = fixture.post(path_of(fixture.job_in(JobState::running), "/cancel"));
  CHECK(running.status == 202);
  CHECK(running.has("\"canceling\""));
  CHECK(fixture.post(path_of(fixture.job_in(JobState::succeeded), "/cancel")).status == 409);
  CHECK(fixture.post("/v1/jobs/" + new_job_id().text + "/cancel").status == 404);
}

TEST_CASE("a stream resumes after the last event that the client names", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::running, 3);
  for (const EventKind kind : {EventKind::queued, EventKind::started, EventKind::progress})
    fixture.events.publish(job.id, kind);
  const auto seen = [&](const std::string& query, httplib::Headers headers) {
    auto answer = fixture.get(path_of(job, "/events" + query), std::move(headers));
    REQUIRE(answer.is_stream());
    const std::string text = fixture.hand_over(answer);
    std::string ids;
    for (const char* id : {"1", "2", "3"})
      if (text.find(std::string("\nid: ") + id + "\n") != std::string::npos) ids += id;
    return ids;
  };
  CHECK(seen("", {}) == "123");
  CHECK(seen("", {{"Last-Event-ID", "2"}}) == "3");
  CHECK(seen("?last_event_id=1", {}) == "23");
  CHECK(seen("?last_event_id=1", {{"Last-Event-ID", "2"}}) == "3");
  // An error would stop an EventSource for good.
  CHECK(seen("", {{"Last-Event-ID", "bogus"}}) == "123");
  CHECK(seen("?last_event_id=-1", {}) == "123");
}

TEST_CASE("who has seen a job's end gets 204, which stops an EventSource", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded, 5);
  CHECK(fixture.get(path_of(job, "/events"), {{"Last-Event-ID", "5"}}).status == 204);
  CHECK(fixture.get(path_of(job, "/events"), {{"Last-Event-ID", "4"}}).is_stream());
  // More than there is: a rollback, which the stream tells of.
  CHECK(fixture.get(path_of(job, "/events"), {{"Last-Event-ID", "6"}}).is_stream());
  const Job& open = fixture.job_in(JobState::running, 5);
  CHECK(fixture.get(path_of(open, "/events"), {{"Last-Event-ID", "5"}}).is_stream());
}

TEST_CASE("a stream begins even while the queue is away, but not for a job that is not there", "[routes]") {
  RoutesFixture fixture;
  const std::string events = path_of(fixture.job_in(JobState::running), "/events");
  CHECK(fixture.get("/v1/jobs/" + new_job_id().text + "/events").status == 404);
  fixture.queue.is_up = false;
  CHECK(fixture.get(events).is_stream());
}
