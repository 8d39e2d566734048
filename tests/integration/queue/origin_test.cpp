// Where a job comes from goes with it: to its worker, and to who sends its webhooks.
#include "queue/origin.hpp"

#include "tests/integration/queue/webhook_fixture.hpp"

using namespace platen;  // NOLINT: a test file
using namespace platen::test;

namespace {

TraceContext a_trace() {
  TraceContext trace = parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").value();
  trace.state = "a=1, b=with spaces";
  return trace;
}

}  // namespace

TEST_CASE("an origin is read as it was written, and what is none is left out") {
  for (const std::string& id : {std::string(), std::string("req-1")})
    for (const TraceContext& trace : {TraceContext(), a_trace()}) {
      const queue::Origin origin = queue::decode_origin(queue::encode_origin(id, trace));
      CHECK(origin.request_id == id);
      CHECK(origin.trace == trace);
    }
  CHECK(queue::encode_origin("", {}).empty());
  CHECK_FALSE(queue::decode_origin("req-1 00-what-is-this").trace.is_set());
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
