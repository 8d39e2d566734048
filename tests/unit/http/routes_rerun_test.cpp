// What a job was made of, and the same once more.
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::RoutesFixture;

namespace {

constexpr const char* small = R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},
    "options":{"priority":"high","group":"g","tags":{"team":"x"},"delay_seconds":60,"callback":"https://example.org/"}})";

std::string path_of(const JobId& job, const char* rest) { return "/v1/jobs/" + job.text + rest; }

JobId submitted(RoutesFixture& fixture, const std::string& body) {
  REQUIRE(fixture.post("/v1/jobs", body, {{"Content-Type", "application/json"}}).status == 202);
  return fixture.queue.submissions.back().id;
}

std::string large() {
  return R"({"report":{"title":"Large"},"data":{"rows":[{"a":")" + std::string(20'000, 'x') + R"("}]}})";
}

}  // namespace

TEST_CASE("a job's request is shown as it was sent, without its rows", "[routes]") {
  RoutesFixture fixture;
  const JobId job = submitted(fixture, small);
  auto answer = fixture.get(path_of(job, "/request"));
  CHECK(answer.status == 200);
  CHECK(answer.body ==
        R"({"report":{"title":"Orders"},"data":{},"left_out":["/data/rows"],"options":{"priority":"high","group":"g",)"
        R"("expiry_seconds":86400,"max_attempts":3,"retention_seconds":604800,"filename":"Orders.pdf",)"
        R"("tags":{"team":"x"}},"can_run_again":false})");
  fixture.queue.jobs.at(job).state = JobState::succeeded;
  answer = fixture.get(path_of(job, "/request"));
  CHECK(answer.has(R"("can_run_again":true)"));
  CHECK(fixture.get(path_of(new_job_id(), "/request")).status == 404);
}

TEST_CASE("passwords and much inline data are shown to nobody, and are not kept", "[routes]") {
  RoutesFixture fixture;
  const JobId secret = submitted(
      fixture, R"({"report":{"title":"S","document":{"password":"hunter2","subject":"s"}},"data":{"rows":[]}})");
  CHECK(fixture.queue.submissions.back().spec.find("hunter2") != std::string::npos);
  const auto shown = fixture.get(path_of(secret, "/request"));
  CHECK_FALSE(shown.has("hunter2"));
  CHECK(shown.has(R"("left_out":["/data/rows","/report/document/password"])"));
  CHECK(shown.has(R"("document":{"subject":"s"})"));
  const JobId big = submitted(fixture, large());
  CHECK_FALSE(fixture.get(path_of(big, "/request")).has("xxx"));
  for (const JobId& job : {secret, big}) {
    fixture.queue.jobs.at(job).state = JobState::succeeded;
    CHECK(fixture.get(path_of(job, "/request")).has(R"("can_run_again":false)"));
    const auto answer = fixture.post(path_of(job, "/rerun"));
    CHECK(answer.status == 410);
    CHECK(answer.has("Send the request again."));
  }
}

TEST_CASE("an ended job's report is made once more, as a new job of the same request", "[routes]") {
  RoutesFixture fixture;
  const JobId job = submitted(fixture, small);
  const Submission first = fixture.queue.submissions.back();
  CHECK(fixture.post(path_of(job, "/rerun")).status == 409);
  fixture.queue.jobs.at(job).state = JobState::canceled;
  const auto answer = fixture.post(path_of(job, "/rerun"));
  CHECK(answer.status == 202);
  const Submission again = fixture.queue.submissions.back();
  CHECK(answer.header("Location") == "/v1/jobs/" + again.id.text);
  CHECK(again.id != job);
  CHECK(again.spec == first.spec);
  CHECK(again.title == first.title);
  CHECK(again.options.group == "g");
  CHECK(again.options.tags == first.options.tags);
  CHECK(again.request_id == "req-1");
  CHECK(fixture.post(path_of(new_job_id(), "/rerun")).status == 404);
}

TEST_CASE("to ask for the same job once more can be repeated under an idempotency key", "[routes]") {
  RoutesFixture fixture;
  const JobId job = submitted(fixture, small);
  const JobId other = submitted(fixture, small);
  for (const JobId& id : {job, other}) fixture.queue.jobs.at(id).state = JobState::succeeded;
  const httplib::Headers key{{"Idempotency-Key", "k"}};
  const auto first = fixture.post(path_of(job, "/rerun"), {}, key);
  CHECK(first.status == 202);
  CHECK(fixture.post(path_of(job, "/rerun"), {}, key).header("Location") == first.header("Location"));
  CHECK(fixture.post(path_of(other, "/rerun"), {}, key).status == 422);
}
