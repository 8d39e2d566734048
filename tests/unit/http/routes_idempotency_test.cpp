#include "base/file_hash.hpp"
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using platen::test::Answer;
using platen::test::RoutesFixture;

namespace {

const std::string with_rows = R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]}})";

Answer post(RoutesFixture& fixture, const std::string& body, const std::string& key) {
  return fixture.post("/v1/jobs", body, {{"Idempotency-Key", key}});
}

/// A form with data of the given hash.
Answer post_form(RoutesFixture& fixture, const UploadId& upload, char hash) {
  http::Exchange exchange;
  exchange.body = R"({"report":{"title":"Orders"}})";
  exchange.upload = Upload{upload, 5, std::string(64, hash)};
  exchange.headers = {{"Idempotency-Key", "k"}};
  fixture.uploads.uploads.insert(upload);
  return fixture.call("POST", "/v1/jobs", std::move(exchange));
}

}  // namespace

TEST_CASE("a repeat under an idempotency key gets the first one's job as it is now", "[routes]") {
  RoutesFixture fixture;
  const auto first = post(fixture, with_rows, "order-17");
  REQUIRE(first.status == 202);
  const JobId id = fixture.queue.submissions.at(0).id;
  fixture.queue.jobs.at(id).state = JobState::running;
  const auto again = post(fixture, with_rows, "order-17");
  CHECK(again.status == 202);
  CHECK(again.header("Location") == first.header("Location"));
  CHECK(again.has(id.text));
  CHECK(again.has("\"status\":\"running\""));
  CHECK(fixture.queue.submissions.size() == 1);
  CHECK(post(fixture, with_rows, "order-18").header("Location") != first.header("Location"));
  CHECK(fixture.post("/v1/jobs", with_rows).header("Location") != first.header("Location"));
}

TEST_CASE("only a request that asks for something else is another one", "[routes]") {
  RoutesFixture fixture;
  REQUIRE(post(fixture, with_rows, "k").status == 202);
  SECTION("the same in another order and with other whitespace") {
    CHECK(post(fixture, R"({"data": {"rows": [{"a": 1}]}, "report": {"title": "Orders"}})", "k").status == 202);
  }
  SECTION("another title, other rows or other options") {
    for (const char* const body :
         {R"({"report":{"title":"Other"},"data":{"rows":[{"a":1}]}})",
          R"({"report":{"title":"Orders"},"data":{"rows":[{"a":2}]}})",
          R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":{"priority":"high"}})"}) {
      const auto answer = post(fixture, body, "k");
      CHECK(answer.status == 422);
      CHECK(answer.has("\"code\":\"idempotency_conflict\""));
    }
  }
}

TEST_CASE("data that comes with a repeat is compared by its content, and thrown away", "[routes]") {
  RoutesFixture fixture;
  const UploadId first = new_upload_id();
  REQUIRE(post_form(fixture, first, 'b').status == 202);
  CHECK(post_form(fixture, new_upload_id(), 'b').status == 202);
  CHECK(post_form(fixture, new_upload_id(), 'c').status == 422);
  CHECK(fixture.uploads.uploads == std::set<UploadId>{first});
  CHECK(fixture.queue.submissions.size() == 1);
}

TEST_CASE("an idempotency key is one text of 1 to 255 printable characters", "[routes]") {
  RoutesFixture fixture;
  for (const std::string& key : {std::string(), std::string(256, 'k'), std::string("a\tb"), std::string("\xC3\xA9")}) {
    INFO(key);
    const auto answer = post(fixture, with_rows, key);
    CHECK(answer.status == 400);
    CHECK(answer.has("Idempotency-Key"));
  }
  CHECK(fixture.post("/v1/jobs", with_rows, {{"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}}).status == 400);
  CHECK(fixture.queue.submissions.empty());
  CHECK(post(fixture, with_rows, std::string(255, '~')).status == 202);
  CHECK(post(fixture, with_rows, "\"8e03 978e\"").status == 202);
}

TEST_CASE("requests that dedupe are compared by report and data, whatever their options", "[routes]") {
  RoutesFixture fixture;
  const auto content_of = [&](const std::string& title, const std::string& options) {
    const std::size_t before = fixture.queue.submissions.size();
    CHECK(fixture
              .post("/v1/jobs",
                    R"({"report":{"title":")" + title + R"("},"data":{"rows":[{"a":1}]},"options":{)" + options + "}}")
              .status == 202);
    REQUIRE(fixture.queue.submissions.size() == before + 1);
    return fixture.queue.submissions.back().content;
  };
  const std::string first = content_of("Orders", R"("dedupe":"content")");
  CHECK_FALSE(first.empty());
  CHECK(content_of("Orders", R"("dedupe":"content","priority":"high")") == first);
  CHECK(content_of("Other", R"("dedupe":"content")") != first);
  CHECK(content_of("Orders", "").empty());
}

TEST_CASE("data of equal content is the same, sent along or before", "[routes]") {
  RoutesFixture fixture;
  http::Exchange exchange;
  exchange.body = R"({"report":{"title":"Orders"},"options":{"dedupe":"content"}})";
  const UploadId along = new_upload_id();
  const UploadId before = new_upload_id();
  fixture.uploads.uploads = {along, before};
  // The hash of what the store in memory holds under every id.
  const auto file = fixture.uploads.open(before, {});
  REQUIRE(file);
  exchange.upload = Upload{along, 5, content_hash(*file).value()};
  REQUIRE(fixture.call("POST", "/v1/jobs", std::move(exchange)).status == 202);
  REQUIRE(fixture
              .post("/v1/jobs", R"({"report":{"title":"Orders"},"data":{"upload":")" + before.text +
                                    R"("},"options":{"dedupe":"content"}})")
              .status == 202);
  CHECK(fixture.queue.submissions.at(0).content == fixture.queue.submissions.at(1).content);
}
