#include "http/routes/content_disposition.hpp"
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::RoutesFixture;

namespace {

std::string result_of(const Job& job) { return "/v1/jobs/" + job.id.text + "/result"; }

}  // namespace

TEST_CASE("a result is a redirect to a fresh link, and the link is the file", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded);
  const auto redirect = fixture.get(result_of(job));
  CHECK(redirect.status == 303);
  CHECK(redirect.header("Cache-Control") == "no-store");
  const auto file = fixture.get(redirect.header("Location"));
  CHECK(file.status == 200);
  REQUIRE(file.is_file());
  CHECK(file.header("Content-Type") == "application/pdf");
  CHECK(file.header("Content-Length") == "10");
  CHECK(file.header("ETag") == "\"" + job.artifact->sha256 + "\"");
  CHECK(file.header("Cache-Control") == "private, no-store");
  CHECK(file.header("X-Content-Type-Options") == "nosniff");
  CHECK(file.header("Content-Disposition") == "attachment; filename=\"Orders.pdf\"; filename*=UTF-8''Orders.pdf");
}

TEST_CASE("one range of a result may be asked for", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded);
  const std::string link = fixture.signer.sign(job.tenant, job.id).path;
  const auto range_of = [&](httplib::Headers headers) {
    const auto answer = fixture.get(link, std::move(headers));
    return std::to_string(answer.status) + " " + answer.header("Content-Range");
  };
  CHECK(range_of({{"Range", "bytes=2-4"}}) == "206 bytes 2-4/10");
  CHECK(range_of({{"Range", "bytes=-3"}}) == "206 bytes 7-9/10");
  CHECK(range_of({{"Range", "bytes=8-"}}) == "206 bytes 8-9/10");
  CHECK(range_of({{"Range", "bytes=10-"}}) == "416 bytes */10");
  CHECK(range_of({{"Range", "bytes=1-2,4-5"}}) == "200 ");
  CHECK(range_of({{"Range", "nonsense"}}) == "200 ");
  CHECK(range_of({{"Range", "bytes=2-4"}, {"If-Range", "\"" + job.artifact->sha256 + "\""}}) == "206 bytes 2-4/10");
  CHECK(range_of({{"Range", "bytes=2-4"}, {"If-Range", "\"other\""}}) == "200 ");
}

TEST_CASE("where the store hands reports out itself a good link leads there, for no longer than it works", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded);
  const std::string link = fixture.signer.sign(job.tenant, job.id).path;
  fixture.artifacts.elsewhere = "https://bucket.example.com/";
  const auto redirect = fixture.call("HEAD", link);
  CHECK(redirect.status == 302);
  CHECK(redirect.header("Location") == "https://bucket.example.com/" + job.artifact->name);
  CHECK(redirect.header("Cache-Control") == "private, no-store");
  REQUIRE(fixture.artifacts.handouts.size() == 1);
  CHECK(fixture.artifacts.handouts[0].method == "HEAD");
  CHECK(fixture.artifacts.handouts[0].lifetime >= std::chrono::seconds(1));
  CHECK(fixture.artifacts.handouts[0].disposition == http::content_disposition(job.artifact->filename, "attachment"));
  CHECK(fixture.get(link + "x").status == 403);
  CHECK(fixture.artifacts.handouts.size() == 1);
  CHECK(fixture.get(result_of(job)).header("Location") == link);
}

TEST_CASE("HEAD of a link has the headers and no file", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded);
  const auto answer = fixture.call("HEAD", fixture.signer.sign(job.tenant, job.id).path);
  CHECK(answer.status == 200);
  CHECK_FALSE(answer.is_file());
  CHECK(answer.header("Content-Length") == "10");
  CHECK(answer.body.empty());
}

TEST_CASE("a bad link says nothing of the job, whether it is there or not", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded);
  const std::string link = fixture.signer.sign(job.tenant, job.id).path;
  const auto altered = fixture.get(link + "x");
  CHECK(altered.status == 403);
  const auto unsigned_link = fixture.get("/d/" + job.id.text);
  CHECK(unsigned_link.status == 403);
  CHECK(fixture.get("/d/" + new_job_id().text).body == unsigned_link.body);
  CHECK(fixture.get("/d/x").body == unsigned_link.body);
  fixture.queue.is_up = false;
  CHECK(fixture.get("/d/" + job.id.text).body == unsigned_link.body);
  CHECK(fixture.get(link).status == 503);
}

TEST_CASE("who has the file already is told so, if the link is good", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded);
  const std::string link = fixture.signer.sign(job.tenant, job.id).path;
  const std::string etag = "\"" + job.artifact->sha256 + "\"";
  for (const std::string& condition : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
    CAPTURE(condition);
    const auto answer = fixture.get(link, {{"If-None-Match", condition}});
    CHECK(answer.status == 304);
    CHECK(answer.header("ETag") == etag);
    CHECK(answer.header("Cache-Control") == "private, no-store");
  }
  CHECK(fixture.get(link, {{"If-None-Match", "\"other\""}}).is_file());
  CHECK(fixture.get(link + "x", {{"If-None-Match", etag}}).status == 403);
}

TEST_CASE("a link may ask to be shown, by our own page, instead of saved", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded);
  const std::string link = fixture.signer.sign(job.tenant, job.id).path;
  CHECK(fixture.get(link).header("Content-Disposition").find("attachment; ") == 0);
  const auto shown = fixture.get(link + "&disposition=inline");
  CHECK(shown.is_file());
  CHECK(shown.header("Content-Disposition").find("inline; filename=") == 0);
  CHECK(shown.header("Content-Security-Policy") == "frame-ancestors 'self'");
  CHECK(fixture.get(link + "x&disposition=inline").status == 403);
}

TEST_CASE("a link that has lapsed is refused", "[routes]") {
  RoutesFixture fixture;
  const Job& job = fixture.job_in(JobState::succeeded);
  const std::string link = fixture.signer.sign(job.tenant, job.id).path;
  fixture.clock.advance(std::chrono::hours(2));
  const auto answer = fixture.get(link);
  CHECK(answer.status == 403);
  CHECK(answer.has("lapsed"));
}

TEST_CASE("there is no result before the end, after a failure, or when it has been removed", "[routes]") {
  RoutesFixture fixture;
  const auto open = fixture.get(result_of(fixture.job_in(JobState::running)));
  CHECK(open.status == 409);
  CHECK(open.header("Retry-After") == "1");
  const auto failed = fixture.get(result_of(fixture.job_in(JobState::failed)));
  CHECK(failed.status == 409);
  CHECK(failed.header("Retry-After").empty());

  const Job& removed = fixture.job_in(JobState::succeeded);
  fixture.artifacts.files.clear();
  CHECK(fixture.get(result_of(removed)).status == 410);
  const std::string link = fixture.signer.sign(removed.tenant, removed.id).path;
  CHECK(fixture.get(link).status == 410);
  fixture.queue.jobs.clear();
  CHECK(fixture.get(link).status == 410);
}

TEST_CASE("a download's name is exact for new clients and plain for old ones", "[routes]") {
  CHECK(http::content_disposition("Straße \"1\".pdf") ==
        "attachment; filename=\"Stra_e _1_.pdf\"; filename*=UTF-8''Stra%C3%9Fe%20%221%22.pdf");
  CHECK(http::content_disposition("a\r\nb") == "attachment; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab");
  CHECK(http::content_disposition("日本.pdf") ==
        "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf");
  CHECK(http::content_disposition("") == "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf");
}

TEST_CASE("readiness names each component, liveness none", "[routes]") {
  RoutesFixture fixture;
  CHECK(fixture.get("/livez").status == 200);
  const auto ready = fixture.get("/readyz");
  CHECK(ready.status == 200);
  CHECK(ready.body == R"({"status":"ok","components":{"queue":"ok","events":"ok","uploads":"ok","artifacts":"ok"}})");
  SECTION("the queue") {
    fixture.queue.is_up = false;
    CHECK(fixture.get("/readyz").has(R"("queue":"unavailable")"));
  }
  SECTION("live events") {
    fixture.has_live_events = false;
    CHECK(fixture.get("/readyz").has(R"("events":"unavailable")"));
  }
  SECTION("a store") {
    fixture.uploads.is_up = false;
    CHECK(fixture.get("/readyz").has(R"("uploads":"unavailable")"));
  }
  fixture.queue.is_up = false;
  CHECK(fixture.get("/readyz").status == 503);
  CHECK(fixture.get("/livez").status == 200);
}

TEST_CASE("the schema of a report is served as it is in the tree", "[routes]") {
  RoutesFixture fixture;
  const auto answer = fixture.get("/v1/schema/report");
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Type") == "application/schema+json");
  CHECK(answer.body == read_file(PLATEN_SOURCE "/docs/report.schema.json", 1 << 20));
  CHECK(fixture.get("/v1/schema/report", {{"If-None-Match", answer.header("ETag")}}).status == 304);
}

TEST_CASE("the page and its files are served with a strict policy", "[routes]") {
  RoutesFixture fixture;
  for (const char* path : {"/", "/web/platen.css", "/web/platen.js"}) {
    const auto answer = fixture.get(path);
    CHECK(answer.status == 200);
    CHECK_FALSE(answer.body.empty());
    CHECK(answer.header("Content-Security-Policy").find("default-src 'none'") == 0);
    CHECK(fixture.get(path, {{"If-None-Match", answer.header("ETag")}}).status == 304);
  }
  const auto page = fixture.get("/");
  CHECK(page.has("<title>Platen</title>"));
  for (const char* inline_code : {"<style", " style=", " onclick=", "<script>"}) CHECK_FALSE(page.has(inline_code));
  for (const char* path : {"/web/none.js", "/web/..", "/web/%2e%2e%2fREADME.md", "/web/"})
    CHECK(fixture.get(path).status == 404);
}
