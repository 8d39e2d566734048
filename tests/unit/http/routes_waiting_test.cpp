#include "http/routes/waiting.hpp"
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::RoutesFixture;
using std::chrono::seconds;

namespace {

const std::string with_rows = R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]}})";

std::string path_of(const Job& job) { return "/v1/jobs/" + job.id.text; }

/// A queued job that the relay knows too.
Job& queued_job(RoutesFixture& fixture) {
  Job& job = fixture.job_in(JobState::queued, 1);
  fixture.events.publish(job.id, EventKind::queued);
  return job;
}

void advance(RoutesFixture& fixture, Job& job, EventKind kind) {
  job.seq = fixture.events.publish(job.id, kind).seq;
  job.state = test::state_after(kind);
  fixture.settle();
}

}  // namespace

TEST_CASE("the first wait among the preferences counts, if it is a number of seconds", "[routes]") {
  const auto parsed = [](std::string_view text) { return http::parse_wait(text).value_or(seconds(-1)).count(); };
  CHECK(parsed("wait=20") == 20);
  CHECK(parsed("wait = 20") == 20);
  CHECK(parsed("WAIT=20;foo=bar") == 20);
  CHECK(parsed("respond-async, wait=5") == 5);
  CHECK(parsed("wait=5, wait=9") == 5);
  CHECK(parsed("wait=0") == 0);
  CHECK(parsed("wait=26") == 25);
  CHECK(parsed("wait=99999999999999999999999") == 25);
  CHECK(parsed(R"(note="a, wait=3", wait=4)") == 4);
  CHECK(parsed(R"(note="\", wait=3", wait=4)") == 4);
  for (const char* ignored : {"", "wait", "wait=", "wait=-1", "wait=+1", "wait=1.5", "wait=0x10", "wait=1 2", "waits=1",
                              "await=1", R"(note="wait=3)", R"(note="\)", ",;=,", "wait=x, wait=5"}) {
    CAPTURE(ignored);
    CHECK(parsed(ignored) == -1);
  }
}

TEST_CASE("who submits and waits gets 201 with the job that has ended, else 202", "[routes]") {
  RoutesFixture fixture;
  const EventKind ending = GENERATE(EventKind::succeeded, EventKind::failed, EventKind::started);
  CAPTURE(ending);
  auto waiting = fixture.post("/v1/jobs", with_rows, {{"Prefer", "wait=30"}});
  REQUIRE(waiting.is_wait());
  CHECK(std::get<http::Waiting>(waiting.outcome).wait.at_most == seconds(25));
  Job& job = fixture.queue.jobs.begin()->second;
  fixture.events.publish(job.id, EventKind::queued);
  const auto watching = fixture.begin_wait(waiting);
  fixture.settle();
  CHECK_FALSE(fixture.is_over);
  advance(fixture, job, ending);
  const bool is_done = has_ended(job.state);
  CHECK(fixture.is_over == is_done);
  const auto answer = fixture.after_wait(waiting, "POST", "/v1/jobs");
  CHECK(answer.status == (is_done ? 201 : 202));
  CHECK(answer.header("Location") == path_of(job));
  CHECK(answer.header("Link") == "<" + path_of(job) + "/events>; rel=\"monitor\"");
  CHECK(answer.header("Preference-Applied") == "wait=25");
  CHECK(answer.header("Retry-After") == (is_done ? "" : "1"));
  CHECK(answer.has("\"status\":\"" + std::string(name_of(job.state)) + "\""));
  CHECK(fixture.queue.submissions.size() == 1);
}

TEST_CASE("a job that was taken is answered with 202 although the queue has gone away since", "[routes]") {
  RoutesFixture fixture;
  auto waiting = fixture.post("/v1/jobs", with_rows, {{"Prefer", "wait=1"}});
  REQUIRE(waiting.is_wait());
  fixture.queue.is_up = false;
  const auto answer = fixture.after_wait(waiting, "POST", "/v1/jobs");
  CHECK(answer.status == 202);
  CHECK(answer.has(fixture.queue.submissions.front().id.text));
}

TEST_CASE("a wait of no time or no sense, a stream and a refusal do not wait", "[routes]") {
  RoutesFixture fixture;
  const auto at_once = fixture.post("/v1/jobs", with_rows, {{"Prefer", "wait=0"}});
  CHECK(at_once.status == 202);
  CHECK(at_once.header("Preference-Applied") == "wait=0");
  const auto malformed = fixture.post("/v1/jobs", with_rows, {{"Prefer", "wait=soon"}});
  CHECK(malformed.status == 202);
  CHECK(malformed.header("Preference-Applied").empty());
  CHECK(fixture.post("/v1/jobs", with_rows, {{"Prefer", "wait=9"}, {"Accept", "text/event-stream"}}).is_stream());
  CHECK(fixture.post("/v1/jobs", "{", {{"Prefer", "wait=9"}}).status == 400);
}

TEST_CASE("without a tag a job is waited for until it ends", "[routes]") {
  RoutesFixture fixture;
  Job& job = queued_job(fixture);
  auto waiting = fixture.get(path_of(job), {{"Prefer", "wait=20"}});
  REQUIRE(waiting.is_wait());
  const auto watching = fixture.begin_wait(waiting);
  advance(fixture, job, EventKind::started);
  CHECK_FALSE(fixture.is_over);
  advance(fixture, job, EventKind::failed);
  CHECK(fixture.is_over);
  const auto answer = fixture.after_wait(waiting, "GET", path_of(job));
  CHECK(answer.status == 200);
  CHECK(answer.header("Preference-Applied") == "wait=20");
  CHECK(answer.header("Retry-After").empty());
  CHECK(answer.has("\"status\":\"failed\""));
}

TEST_CASE("with its tag a job is waited for until it changes, and is 304 where it does not", "[routes]") {
  RoutesFixture fixture;
  Job& job = queued_job(fixture);
  const std::string etag = fixture.get(path_of(job)).header("ETag");
  const httplib::Headers known{{"Prefer", "wait=20"}, {"If-None-Match", etag}};
  auto unchanged = fixture.get(path_of(job), known);
  REQUIRE(unchanged.is_wait());
  const auto later = fixture.after_wait(unchanged, "GET", path_of(job));
  CHECK(later.status == 304);
  CHECK(later.header("ETag") == etag);
  CHECK(later.header("Retry-After") == "1");
  auto waiting = fixture.get(path_of(job), known);
  REQUIRE(waiting.is_wait());
  const auto watching = fixture.begin_wait(waiting);
  fixture.settle();
  CHECK_FALSE(fixture.is_over);
  advance(fixture, job, EventKind::started);
  CHECK(fixture.is_over);
  const auto changed = fixture.after_wait(waiting, "GET", path_of(job));
  CHECK(changed.status == 200);
  CHECK(changed.header("ETag") != etag);
}

TEST_CASE("what happened between the look at a job and the wait for it is not missed", "[routes]") {
  RoutesFixture fixture;
  Job& job = queued_job(fixture);
  auto waiting = fixture.get(path_of(job), {{"Prefer", "wait=20"}});
  REQUIRE(waiting.is_wait());
  advance(fixture, job, EventKind::succeeded);
  const auto watching = fixture.begin_wait(waiting);
  fixture.settle();
  CHECK(fixture.is_over);
}

TEST_CASE("who knows another state, or a job that is over, does not wait", "[routes]") {
  RoutesFixture fixture;
  const Job& open = fixture.job_in(JobState::running, 4);
  CHECK(fixture.get(path_of(open), {{"Prefer", "wait=20"}, {"If-None-Match", "W/\"3\""}}).status == 200);
  const Job& done = fixture.job_in(JobState::succeeded, 5);
  CHECK(fixture.get(path_of(done), {{"Prefer", "wait=20"}}).status == 200);
  CHECK(fixture.get(path_of(done), {{"Prefer", "wait=20"}, {"If-None-Match", "W/\"5\""}}).status == 304);
  CHECK(fixture.get("/v1/jobs/" + new_job_id().text, {{"Prefer", "wait=20"}}).status == 404);
}

TEST_CASE("a job that is removed while it is waited for is 404", "[routes]") {
  RoutesFixture fixture;
  Job& job = queued_job(fixture);
  const JobId id = job.id;
  auto waiting = fixture.get(path_of(job), {{"Prefer", "wait=20"}});
  REQUIRE(waiting.is_wait());
  fixture.queue.jobs.erase(id);
  fixture.events.forget(id);
  const auto watching = fixture.begin_wait(waiting);
  fixture.settle();
  CHECK(fixture.is_over);
  CHECK(fixture.after_wait(waiting, "GET", "/v1/jobs/" + id.text).status == 404);
}
