#include "worker/slots/job_trace.hpp"

namespace platen::worker {

SpanTime span_now() { return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()); }

JobTrace::JobTrace(Tracer* tracer, const Claim& claim, SpanTime asked_at)
    : tracer_(tracer),
      run_(tracer, claim.trace, "job run", SpanKind::consumer, asked_at),
      id_(trace_id_of(run_.context())) {
  if (tracer_ == nullptr) return;
  if (claim.lease.token == 1 &&
      claim.trace.is_set()) {  // later ones waited for something else: a backoff, another worker
    OpenSpan wait(tracer, claim.trace, "job wait", SpanKind::internal, claim.created_at);
    wait.note("platen.job_id", claim.lease.job.text);
    wait.end();
  }
  run_.note("platen.job_id", claim.lease.job.text);
  run_.note("platen.request_id", claim.request_id);
  run_.note("platen.attempt", claim.attempt);
  OpenSpan asked(tracer, run_.context(), "claim", SpanKind::internal, asked_at);
  asked.end();
}

void JobTrace::enter(std::string_view stage) {
  if (tracer_ == nullptr || stage_name_ == stage) return;
  stage_.end();
  stage_name_ = stage;
  stage_ = OpenSpan(tracer_, run_.context(), stage, SpanKind::internal);
}

void JobTrace::fail(std::string_view why) {
  stage_.fail(why);
  run_.fail(why);
}

void JobTrace::end() {
  stage_.end();
  run_.end();
}

}  // namespace platen::worker
