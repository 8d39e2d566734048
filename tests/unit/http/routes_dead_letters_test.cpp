#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::Answer;
using platen::test::RoutesFixture;

namespace {

std::string path_of(const Job& job, const std::string& rest = {}) { return "/v1/jobs/" + job.id.text + rest; }

Answer remove(RoutesFixture& fixture, const Job& job) { return fixture.call("DELETE", path_of(job)); }

}  // namespace

TEST_CASE("an ended job is removed with its report and its data", "[routes]") {
  RoutesFixture fixture;
  const Job job = fixture.job_in(JobState::succeeded);
  const UploadId data = new_upload_id();
  const UploadId other = new_upload_id();
  fixture.uploads.uploads = {data, other};
  fixture.queue.unused_uploads = {data};
  CHECK(remove(fixture, job).status == 204);
  CHECK(fixture.artifacts.files.empty());
  CHECK(fixture.uploads.uploads == std::set<UploadId>{other});
  CHECK(fixture.get(path_of(job)).status == 404);
  CHECK(remove(fixture, job).status == 404);
}

TEST_CASE("a job that has not ended is not removed", "[routes]") {
  RoutesFixture fixture;
  for (const JobState state : {JobState::queued, JobState::running, JobState::retrying, JobState::canceling}) {
    const Job job = fixture.job_in(state);
    const Answer answer = remove(fixture, job);
    CHECK(answer.status == 409);
    CHECK(answer.has("cancel it"));
    CHECK(fixture.queue.jobs.count(job.id) == 1);
  }
}

TEST_CASE("a failed job is redriven, another is not", "[routes]") {
  RoutesFixture fixture;
  const Job failed = fixture.job_in(JobState::failed);
  const Answer answer = fixture.post(path_of(failed, "/redrive"));
  CHECK(answer.status == 202);
  CHECK(answer.header("Location") == path_of(failed));
  CHECK(answer.has("\"status\":\"queued\""));
  CHECK(fixture.post(path_of(failed, "/redrive")).status == 409);
  CHECK(fixture.post("/v1/jobs/" + new_job_id().text + "/redrive").status == 404);
}

TEST_CASE("dead letters are listed in pages, as jobs are", "[routes]") {
  RoutesFixture fixture;
  const Job failed = fixture.job_in(JobState::failed);
  const Job canceled = fixture.job_in(JobState::canceled);
  const Answer answer = fixture.get("/v1/dead-letters?limit=7&cursor=abc");
  CHECK(answer.status == 200);
  CHECK(answer.has(failed.id.text));
  CHECK_FALSE(answer.has(canceled.id.text));
  CHECK(fixture.queue.last_query->limit == 7);
  CHECK(fixture.queue.last_query->cursor == "abc");
  for (const char* const query : {"status=failed", "limit=0", "limit=201", "limit=1&limit=2"})
    CHECK(fixture.get(std::string("/v1/dead-letters?") + query).status == 400);
}

TEST_CASE("dead letters are redriven by name or all, and the answer says which", "[routes]") {
  RoutesFixture fixture;
  const Job one = fixture.job_in(JobState::failed);
  const Job two = fixture.job_in(JobState::failed);
  const Job canceled = fixture.job_in(JobState::canceled);
  const Answer some =
      fixture.post("/v1/dead-letters/redrive", R"({"jobs":[")" + one.id.text + R"(",")" + canceled.id.text + R"("]})");
  CHECK(some.status == 202);
  CHECK(some.body == R"({"redriven":1,"jobs":[")" + one.id.text + R"("]})");
  const Answer all = fixture.post("/v1/dead-letters/redrive", R"({"all":true})");
  CHECK(all.body == R"({"redriven":1,"jobs":[")" + two.id.text + R"("]})");
}

TEST_CASE("what does not name dead letters is refused", "[routes]") {
  RoutesFixture fixture;
  (void)fixture.job_in(JobState::failed);
  std::string many;
  for (int i = 0; i <= 100; ++i) many += (i == 0 ? "\"" : ",\"") + new_job_id().text + "\"";
  for (const std::string& body :
       {std::string("{}"), std::string(R"({"all":false})"), std::string(R"({"jobs":[],"all":true})"),
        std::string(R"({"jobs":["job_x"]})"), std::string(R"({"jobs":[1]})"), std::string(R"({"jobs":"x"})"),
        std::string(R"({"all":1})"), std::string(R"({"al":true,"all":true})"), std::string("[]"), std::string("x"),
        R"({"jobs":[)" + many + "]}"}) {
    INFO(body.substr(0, 60));
    CHECK(fixture.post("/v1/dead-letters/redrive", body).status == 400);
  }
  CHECK(fixture.queue.jobs.begin()->second.state == JobState::failed);
}
