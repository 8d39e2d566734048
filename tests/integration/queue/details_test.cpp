// What is told of a job, and where it comes from, goes with it: to its worker, and to who sends its webhooks.
#include "queue/job_details.hpp"
#include "tests/integration/queue/webhook_fixture.hpp"

using namespace platen;  // NOLINT: a test file
using namespace platen::test;
using namespace std::string_literals;

namespace {

TraceContext a_trace() {
  TraceContext trace = parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").value();
  trace.state = "a=1, b=with spaces";
  return trace;
}

}  // namespace

TEST_CASE("a job's details are read as they were written, whatever their texts hold") {
  queue::JobDetails details;
  details.title = "3:abc,\n\0 \xc3\xa9"s;
  details.request_id = "req-1";
  for (const bool has_all : {false, true}) {
    if (has_all) {
      details.filename = "orders.pdf";
      details.timeout = std::chrono::seconds(90);
      details.upload = new_upload_id();
      details.images = {new_upload_id(), new_upload_id()};
      details.trace = a_trace();
    }
    const auto read = queue::decode_details(queue::encode_details(details));
    REQUIRE(read);
    CHECK(read->title == details.title);
    CHECK(read->filename == details.filename);
    CHECK(read->timeout == details.timeout);
    CHECK(read->upload == details.upload);
    CHECK(read->images == details.images);
    CHECK(read->request_id == details.request_id);
    CHECK(read->trace == details.trace);
  }
}

TEST_CASE("details that were cut off or are none are an error, and a trace that is none is left out") {
  const std::string whole = queue::encode_details({.title = "Orders", .request_id = "req-1"});
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK_FALSE(queue::decode_details(std::string_view(whole).substr(0, length)));
  for (const std::string& wrong :
       {whole + "0:,", "x" + whole, std::string("99999999999999999999:a,"), std::string("-1:,")})
    CHECK_FALSE(queue::decode_details(wrong));
  const auto no_trace = queue::decode_details("0:,0:,0:,0:,0:,5:req-1,10:00-what-is,3:a=1,");
  REQUIRE(no_trace);
  CHECK_FALSE(no_trace->trace.is_set());
  CHECK(no_trace->trace.state.empty());
}

TEST_CASE("request id and trace go with a job to its worker and to its webhooks, and are none of its tags", "[queue]") {
  WebhookFixture f;
  (void)f.subscribed();
  Submission submission = a_submission();
  submission.request_id = "req-1";
  submission.trace = a_trace();
  submission.options.tags = {{"team", "finance"}};
  const Job submitted = f.submitted(submission);
  CHECK(submitted.trace == a_trace());

  const auto found = f.jobs.find(default_tenant(), submitted.id);
  REQUIRE(found);
  CHECK(found->tags == submission.options.tags);
  CHECK(found->request_id == "req-1");
  CHECK(found->trace == a_trace());

  const Claim claim = f.slot.claim();
  CHECK(claim.request_id == "req-1");
  CHECK(claim.trace == a_trace());
  REQUIRE(f.slot.queue.complete(claim.lease, an_artifact(claim.lease), {}));
  CHECK(f.fanned_out() == 1);
  const auto due = f.taken();
  REQUIRE(due.size() == 1);
  REQUIRE(due.front().job);
  CHECK(due.front().job->tags == submission.options.tags);
  CHECK(due.front().job->request_id == "req-1");
  CHECK(due.front().job->trace == a_trace());
}
