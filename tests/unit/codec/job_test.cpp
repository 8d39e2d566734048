#include "base/clock.hpp"
#include "codec/job_json.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::codec;
using platen::test::has_text;

namespace {

Job a_job() {
  Job job;
  job.id = {"job_001arz3ndektsv4rrffq69g5fav"};
  job.title = "Orders";
  job.seq = 1;
  job.created_at = from_unix_ms(1'772'366'400'000);
  job.queue_position = 3;
  return job;
}

Artifact an_artifact() {
  return {.name = "job_x.2.pdf",
          .bytes = 1234,
          .pages = 5,
          .rows = 100,
          .sha256 = "ab",
          .filename = "Orders.pdf",
          .replaced_bytes = 1,
          .skipped_rows = 2,
          .missing_glyphs = 3};
}

const SignedLink a_link{"/d/job_x?exp=1&kid=a&sig=b", from_unix_ms(1'772'370'000'000)};

}  // namespace

TEST_CASE("a waiting job has every field, null where there is nothing yet", "[codec]") {
  CHECK(encode_job(a_job(), {}) ==
        R"({"id":"job_001arz3ndektsv4rrffq69g5fav","title":"Orders","status":"queued",)"
        R"("priority":"normal","seq":1,"progress":null,)"
        R"("attempt":0,"max_attempts":3,"created_at":"2026-03-01T12:00:00.000Z","started_at":null,"ended_at":null,)"
        R"("queue_position":3,"error":null,"result":null,"tags":{},"request_id":"",)"
        R"("links":{"self":"/v1/jobs/job_001arz3ndektsv4rrffq69g5fav",)"
        R"("events":"/v1/jobs/job_001arz3ndektsv4rrffq69g5fav/events",)"
        R"("cancel":"/v1/jobs/job_001arz3ndektsv4rrffq69g5fav/cancel",)"
        R"("result":"/v1/jobs/job_001arz3ndektsv4rrffq69g5fav/result",)"
        R"("request":"/v1/jobs/job_001arz3ndektsv4rrffq69g5fav/request"}})");
}

TEST_CASE("a job that succeeded has its result with the signed link", "[codec]") {
  Job job = a_job();
  job.state = JobState::succeeded;
  job.artifact = an_artifact();
  const std::string json = encode_job(job, {"https://reports.example", a_link});
  CHECK_THAT(json,
             has_text(R"("result":{"url":"https://reports.example/d/job_x?exp=1&kid=a&sig=b",)"
                      R"("expires_at":"2026-03-01T13:00:00.000Z","bytes":1234,"pages":5,"rows":100,"sha256":"ab",)"
                      R"("filename":"Orders.pdf","replaced_bytes":1,"skipped_rows":2,"missing_glyphs":3})"));
  CHECK_THAT(json, has_text(R"("self":"https://reports.example/v1/jobs/job_0)"));
  CHECK_THAT(json, !has_text("job_x.2.pdf"));
}

TEST_CASE("a listing signs nothing", "[codec]") {
  Job job = a_job();
  job.state = JobState::succeeded;
  job.artifact = an_artifact();
  const std::string json = encode_jobs({job}, "c1", {"", a_link});
  CHECK_THAT(json, has_text(R"("result":{"url":"/v1/jobs/job_001arz3ndektsv4rrffq69g5fav/result","expires_at":null,)"));
  CHECK_THAT(json, Catch::Matchers::EndsWith(R"("next_cursor":"c1"})"));
  CHECK(encode_jobs({}, {}, {}) == R"({"data":[],"next_cursor":null})");
}

TEST_CASE("a failed job tells its error, and hides what is internal", "[codec]") {
  Job job = a_job();
  job.state = JobState::failed;
  job.error = Error{Errc::bad_data, "Row 3, column 'total': not a number.", {}};
  CHECK_THAT(encode_job(job, {}),
             has_text(R"("error":{"code":"bad_data","detail":"Row 3, column 'total': not a number."})"));
  job.error = Error{Errc::internal, "/var/lib/secret", {}};
  CHECK_THAT(encode_job(job, {}), !has_text("secret"));
  CHECK_THAT(encode_snapshot(job), !has_text("secret"));
}

TEST_CASE("progress has one decimal and reads back", "[codec]") {
  const Progress progress{Stage::render, 1200, 5000, 24.04, 31, std::chrono::milliseconds(900)};
  CHECK(encode_progress(progress) ==
        R"({"stage":"render","done":1200,"total":5000,"percent":24.0,"pages":31,"eta_ms":900})");
  Progress rounded = progress;
  rounded.percent = 24;
  CHECK(decode_progress(encode_progress(progress)).value() == rounded);
  Progress early{};
  CHECK(encode_progress(early) == R"({"stage":"scan","done":0,"total":0,"percent":0.0,"pages":0,"eta_ms":null})");
  CHECK(decode_progress(encode_progress(early)).value() == early);
}

TEST_CASE("artifacts, errors and tags read back as they were", "[codec]") {
  CHECK(decode_artifact(encode_artifact(an_artifact())).value() == an_artifact());
  const Error error{Errc::invalid_report, "x", {{"/a", "b"}}};
  CHECK(decode_error(encode_error(error)).value() == error);
  const Error plain{Errc::timed_out, "y", {}};
  CHECK(encode_error(plain) == R"({"code":"timed_out","detail":"y"})");
  CHECK(decode_error(encode_error(plain)).value() == plain);
  const std::map<std::string, std::string> tags{{"a", "b"}, {"c", "\"é"}};
  CHECK(decode_tags(encode_tags(tags)).value() == tags);
  CHECK(encode_tags({}) == "{}");
}

TEST_CASE("what no Platen wrote is refused", "[codec]") {
  const auto text = GENERATE("", "x", "[]", "7", "null", "{\"a\":1}", "{\"a\":");
  INFO(text);
  CHECK(decode_progress(text).error().code == Errc::invalid_request);
  CHECK(decode_artifact(text).error().code == Errc::invalid_request);
  CHECK(decode_tags(text).error().code == Errc::invalid_request);
}

TEST_CASE("text that is no UTF-8 never stops a document", "[codec]") {
  Job job = a_job();
  job.error = Error{Errc::bad_data, "field \xFF", {}};
  CHECK_THAT(encode_job(job, {}), has_text("field \xEF\xBF\xBD"));
}

TEST_CASE("a snapshot has the shape of an event and never the stored name", "[codec]") {
  Job job = a_job();
  job.state = JobState::running;
  job.attempt = 1;
  job.seq = 4;
  job.started_at = from_unix_ms(1'772'366'401'000);
  job.progress = Progress{Stage::scan, 1, 2, 5, 0, {}};
  CHECK(encode_snapshot(job) ==
        R"({"job":"job_001arz3ndektsv4rrffq69g5fav","seq":4,"status":"running","attempt":1,)"
        R"("progress":{"stage":"scan","done":1,"total":2,"percent":5.0,"pages":0,"eta_ms":null},)"
        R"("at":"2026-03-01T12:00:01.000Z"})");
  job.state = JobState::succeeded;
  job.artifact = an_artifact();
  CHECK_THAT(encode_snapshot(job), !has_text("job_x.2.pdf"));
  const auto linked = with_link(encode_snapshot(job), a_link, "");
  REQUIRE(linked);
  CHECK_THAT(*linked, has_text(R"("result":{"url":"/d/job_x?exp=1&kid=a&sig=b",)"));
}

TEST_CASE("a succeeded event is delivered with a link instead of the stored name", "[codec]") {
  const std::string stored = R"({"job":"job_x","seq":9,"status":"succeeded","result":)" +
                             encode_artifact(an_artifact()) + R"(,"at":"2026-03-01T12:00:00.000Z"})";
  CHECK(
      with_link(stored, a_link, "https://p").value() ==
      R"({"job":"job_x","seq":9,"status":"succeeded","result":{"url":"https://p/d/job_x?exp=1&kid=a&sig=b",)"
      R"("expires_at":"2026-03-01T13:00:00.000Z","bytes":1234,"pages":5,"rows":100,"sha256":"ab",)"
      R"("filename":"Orders.pdf","replaced_bytes":1,"skipped_rows":2,"missing_glyphs":3},"at":"2026-03-01T12:00:00.000Z"})");
  CHECK_FALSE(with_link(R"({"job":"job_x"})", a_link, ""));
}
