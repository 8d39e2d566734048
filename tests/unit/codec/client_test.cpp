#include "base/clock.hpp"
#include "codec/client_json.hpp"
#include "codec/job_json.hpp"
#include "codec/problem_json.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::codec;

TEST_CASE("a client reads the job that the server writes", "[codec]") {
  Job job;
  job.id = {"job_1"};
  job.title = "Orders";
  job.state = JobState::succeeded;
  job.attempt = 2;
  job.created_at = from_unix_ms(1'772'366'400'123);
  job.progress = Progress{Stage::store, 10, 10, 100, 3, {}};
  job.artifact = Artifact{"job_1.1.pdf", 5, 3, 10, "ab", "Orders.pdf", 1, 2, 3};
  const SignedLink link{"/d/job_1?sig=x", from_unix_ms(0)};
  const auto seen = decode_job(encode_job(job, {"", link}));
  REQUIRE(seen);
  CHECK(seen->id == "job_1");
  CHECK(seen->title == "Orders");
  CHECK(seen->status == JobState::succeeded);
  CHECK(seen->attempt == 2);
  CHECK(seen->at == job.created_at);
  CHECK(seen->progress == job.progress);
  CHECK(seen->json == encode_job(job, {"", link}));
  REQUIRE(seen->result);
  CHECK(seen->result->url == "/d/job_1?sig=x");
  CHECK(seen->result->bytes == 5);
  CHECK(seen->result->pages == 3);
  CHECK(seen->result->rows == 10);
  CHECK(seen->result->filename == "Orders.pdf");
  CHECK(seen->result->replaced_bytes == 1);
  CHECK(seen->result->skipped_rows == 2);
  CHECK(seen->result->missing_glyphs == 3);
}

TEST_CASE("a client reads events, errors and unknown members", "[codec]") {
  const auto failed =
      decode_job(R"({"job":"job_1","seq":3,"status":"failed","attempt":1,"error":{"code":"bad_data","detail":"Row 2"},)"
                 R"("at":"2026-03-01T12:00:00.250Z","from_the_future":[]})");
  REQUIRE(failed);
  CHECK(failed->id == "job_1");
  CHECK(failed->error == Error{Errc::bad_data, "Row 2", {}});
  CHECK(failed->at == from_unix_ms(1'772'366'400'250));
  CHECK_FALSE(decode_job(R"({"id":"job_1","status":"dreaming"})"));
  CHECK_FALSE(decode_job("[]"));
}

TEST_CASE("a client reads lists and problems", "[codec]") {
  Job job;
  job.id = {"job_1"};
  const auto jobs = decode_jobs(encode_jobs({job, job}, "next", {}));
  REQUIRE(jobs);
  CHECK(jobs->jobs.size() == 2);
  CHECK(jobs->next_cursor == "next");
  CHECK_FALSE(decode_jobs(encode_jobs({}, {}, {})).value().next_cursor);
  CHECK_FALSE(decode_jobs("{}"));
  const Error error{Errc::invalid_report, "x", {{"/report", "y"}}};
  CHECK(decode_problem(encode_problem(error, "r")).value() == error);
  CHECK_FALSE(decode_problem("{}"));
  CHECK_FALSE(decode_problem("<html>"));
}

TEST_CASE("what the command line says of a report stands over its file", "[codec]") {
  const auto encoded = [](const ReportChoices& choices) { return encode_request(choices).value_or("refused"); };
  CHECK(encoded({.title = "T", .subtitle = "", .orientation = "", .request = ""}) == R"({"report":{"title":"T"}})");
  CHECK(encoded({.title = "T", .subtitle = "S", .orientation = "portrait", .request = ""}) ==
        R"({"report":{"title":"T","subtitle":"S","page":{"orientation":"portrait"}}})");
  CHECK(encoded({.title = "T", .subtitle = "", .orientation = "", .request = R"({"title":"F","author":"A"})"}) ==
        R"({"report":{"title":"T","author":"A"}})");
  CHECK(encoded({.title = "",
                 .subtitle = "",
                 .orientation = "portrait",
                 .request = R"({"report":{"title":"F","page":{"size":"A3"}},"options":{"priority":"low"}})"}) ==
        R"({"report":{"title":"F","page":{"size":"A3","orientation":"portrait"}},"options":{"priority":"low"}})");
  JobChoices job{"low", 1.5, {}, "g", 60, "content"};
  CHECK(encoded({.title = "T", .subtitle = "", .orientation = "", .job = job}) ==
        R"({"report":{"title":"T"},"options":{"priority":"low","delay_seconds":1.5,"group":"g","expiry_seconds":60,)"
        R"("dedupe":"content"}})");
  CHECK(encoded({.title = "",
                 .subtitle = "",
                 .orientation = "",
                 .job = {.not_before = "2026-03-01T06:00:00Z"},
                 .request = R"({"report":{"title":"F"},"options":{"group":"f"}})"}) ==
        R"({"report":{"title":"F"},"options":{"group":"f","not_before":"2026-03-01T06:00:00Z"}})");
  CHECK(encoded({}) == "refused");
  CHECK(encoded({.title = "T", .subtitle = "", .orientation = "", .request = "[]"}) == "refused");
  CHECK(encoded({.title = "T", .subtitle = "", .orientation = "", .request = "{"}) == "refused");
}
