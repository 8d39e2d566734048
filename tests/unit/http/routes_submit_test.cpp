#include "base/clock.hpp"
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::RoutesFixture;

namespace {

const std::string with_rows = R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]}})";

http::Exchange with_upload(std::string body, const UploadId& id, std::uint64_t bytes = 5) {
  http::Exchange exchange;
  exchange.body = std::move(body);
  exchange.upload = Upload{id, bytes, std::string(64, 'b')};
  return exchange;
}

}  // namespace

TEST_CASE("a job is answered with 202, the job, and where to go on", "[routes]") {
  RoutesFixture fixture;
  const auto answer = fixture.post("/v1/jobs", with_rows);
  CHECK(answer.status == 202);
  REQUIRE(fixture.queue.submissions.size() == 1);
  const Submission& submission = fixture.queue.submissions.front();
  const std::string path = "/v1/jobs/" + submission.id.text;
  CHECK(answer.header("Location") == path);
  CHECK(answer.header("Link") == "<" + path + "/events>; rel=\"monitor\"");
  CHECK(answer.header("Retry-After") == "1");
  CHECK(answer.header("Content-Type") == "application/json");
  CHECK(answer.has(submission.id.text));
  CHECK(submission.title == "Orders");
  CHECK(submission.tenant == default_tenant());
  CHECK(submission.request_id == "req-1");
  CHECK_FALSE(submission.upload);
}

TEST_CASE("with a public URL, links and Location begin with it", "[routes]") {
  RoutesFixture fixture;
  fixture.services.public_url = "https://reports.example.org";
  const auto answer = fixture.post("/v1/jobs", with_rows);
  CHECK(answer.header("Location").rfind("https://reports.example.org/v1/jobs/job_", 0) == 0);
  CHECK(answer.has("https://reports.example.org/v1/jobs/job_"));
}

TEST_CASE("who accepts an event stream gets the job's own, with its Location", "[routes]") {
  RoutesFixture fixture;
  auto answer = fixture.post("/v1/jobs", with_rows, {{"Accept", "text/event-stream"}});
  REQUIRE(answer.is_stream());
  const JobId id = fixture.queue.submissions.front().id;
  fixture.events.publish(id, EventKind::queued);
  const std::string text = fixture.hand_over(answer);
  CHECK(text.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  CHECK(text.find("\r\nLocation: /v1/jobs/" + id.text + "\r\n") != std::string::npos);
  CHECK(text.find("\r\nDate: ") != std::string::npos);
  CHECK(text.find("\r\nX-Request-Id: req-1\r\n") != std::string::npos);
  CHECK(text.find("\nevent: queued\n") != std::string::npos);
  CHECK(text.ends_with("\nid: 1\n\n"));
}

TEST_CASE("a stream is given only to who names it", "[routes]") {
  RoutesFixture fixture;
  for (const char* accept : {"*/*", "application/json", "text/event-stream;q=0", "text/html, */*;q=0.1"})
    CHECK(fixture.post("/v1/jobs", with_rows, {{"Accept", accept}}).status == 202);
  for (const char* accept : {"application/json, text/event-stream;q=0.5", "TEXT/Event-Stream"})
    CHECK(fixture.post("/v1/jobs", with_rows, {{"Accept", accept}}).is_stream());
}

TEST_CASE("the upload that came with a job is the job's", "[routes]") {
  RoutesFixture fixture;
  const UploadId upload = new_upload_id();
  fixture.uploads.uploads.insert(upload);
  const auto answer = fixture.call("POST", "/v1/jobs", with_upload(R"({"report":{"title":"Orders"}})", upload));
  CHECK(answer.status == 202);
  CHECK(fixture.queue.submissions.at(0).upload == upload);
  CHECK(fixture.uploads.uploads.count(upload) == 1);
}

TEST_CASE("the upload that came with a job that is refused is not kept", "[routes]") {
  RoutesFixture fixture;
  const UploadId upload = new_upload_id();
  fixture.uploads.uploads.insert(upload);
  SECTION("because the report does not fit") {
    const auto answer = fixture.call("POST", "/v1/jobs", with_upload(R"({"report":{"titel":"Orders"}})", upload));
    CHECK(answer.status == 422);
    CHECK(answer.header("Content-Type") == "application/problem+json");
    CHECK(answer.has("/report/titel"));
  }
  SECTION("because the queue has no room") {
    fixture.queue.refuses_with = Error{Errc::busy, "The queue is full.", {}};
    const auto answer = fixture.call("POST", "/v1/jobs", with_upload(R"({"report":{"title":"Orders"}})", upload));
    CHECK(answer.status == 503);
    CHECK_FALSE(answer.header("Retry-After").empty());
  }
  CHECK(fixture.uploads.uploads.empty());
  CHECK(fixture.queue.submissions.empty());
}

TEST_CASE("data stays when nobody knows whether the queue has its job", "[routes]") {
  RoutesFixture fixture;
  const UploadId upload = new_upload_id();
  fixture.uploads.uploads.insert(upload);
  fixture.queue.is_up = false;
  CHECK(fixture.call("POST", "/v1/jobs", with_upload(R"({"report":{"title":"Orders"}})", upload)).status == 503);
  CHECK(fixture.uploads.uploads.count(upload) == 1);
}

TEST_CASE("who has no room is told when to come back", "[routes]") {
  RoutesFixture fixture;
  fixture.queue.refuses_with = Error{Errc::quota_exceeded, "You have 2 jobs waiting.", {}, std::chrono::seconds(17)};
  const auto tenant = fixture.post("/v1/jobs", with_rows);
  CHECK(tenant.status == 429);
  CHECK(tenant.has("\"code\":\"quota_exceeded\""));
  CHECK(tenant.header("Retry-After") == "17");
  fixture.queue.refuses_with = Error{Errc::busy, "The queue is full.", {}, std::chrono::seconds(18)};
  const auto queue = fixture.post("/v1/jobs", with_rows);
  CHECK(queue.status == 503);
  CHECK(queue.header("Retry-After") == "18");
}

TEST_CASE("a job may be told not to start for up to thirty days", "[routes]") {
  RoutesFixture fixture;
  const auto post = [&](std::chrono::hours ahead) {
    return fixture.post("/v1/jobs", R"({"report":{"title":"Orders"},"data":{"rows":[]},"options":{"not_before":")" +
                                        rfc3339(SystemClock().now() + ahead) + "\"}}");
  };
  CHECK(post(std::chrono::hours(30 * 24 - 1)).status == 202);
  const auto refused = post(std::chrono::hours(30 * 24 + 1));
  CHECK(refused.status == 422);
  CHECK(refused.has("\"pointer\":\"/options/not_before\""));
  CHECK(refused.has("30 days"));
}

TEST_CASE("an upload that was sent before is named in the data", "[routes]") {
  RoutesFixture fixture;
  const UploadId upload = new_upload_id();
  const std::string body = R"({"report":{"title":"Orders"},"data":{"upload":")" + upload.text + R"("}})";
  const auto unknown = fixture.post("/v1/jobs", body);
  CHECK(unknown.status == 422);
  CHECK(unknown.has("\"pointer\":\"/data/upload\""));

  fixture.uploads.uploads.insert(upload);
  CHECK(fixture.post("/v1/jobs", body).status == 202);
  CHECK(fixture.queue.submissions.at(0).upload == upload);
}

TEST_CASE("the images of a report are uploads that were sent before", "[routes]") {
  RoutesFixture fixture;
  const UploadId logo = new_upload_id();
  const UploadId photo = new_upload_id();
  const std::string body = R"({"report":{"title":"Orders","header":{"logo":")" + logo.text +
                           R"("},"sections":[{"type":"text","text":"x"},{"type":"image","upload":")" + photo.text +
                           R"("}]},"data":{"rows":[]}})";
  const auto unknown = fixture.post("/v1/jobs", body);
  CHECK(unknown.status == 422);
  CHECK(unknown.has("\"pointer\":\"/report/header/logo\""));
  CHECK(unknown.has("\"pointer\":\"/report/sections/1/upload\""));
  CHECK(unknown.has("There is no such upload."));
  fixture.uploads.uploads = {logo, photo};
  CHECK(fixture.post("/v1/jobs", body).status == 202);
  CHECK(fixture.queue.submissions.at(0).images == std::vector<UploadId>{logo, photo});
}

TEST_CASE("a stored upload is answered with its id, size and hash", "[routes]") {
  RoutesFixture fixture;
  const UploadId upload = new_upload_id();
  const auto answer = fixture.call("POST", "/v1/uploads", with_upload({}, upload));
  CHECK(answer.status == 201);
  CHECK(answer.body == R"({"id":")" + upload.text + R"(","bytes":5,"sha256":")" + std::string(64, 'b') + R"("})");
}

TEST_CASE("an empty upload is refused and not kept", "[routes]") {
  RoutesFixture fixture;
  const UploadId upload = new_upload_id();
  fixture.uploads.uploads.insert(upload);
  CHECK(fixture.call("POST", "/v1/uploads", with_upload({}, upload, 0)).status == 400);
  CHECK(fixture.uploads.uploads.empty());
}
