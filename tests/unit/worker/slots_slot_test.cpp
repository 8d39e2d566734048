#include <stdexcept>

#include "base/crypto.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/worker/slots_fakes.hpp"

using namespace std::chrono_literals;
using namespace platen;
using platen::test::a_claim;
using platen::test::away;
using platen::test::Bench;
using Told = std::vector<std::string>;

namespace {

const std::string artifact = artifact_name(a_claim().lease);

Progress rows_done(std::uint64_t done) {
  return {.stage = Stage::render, .done = done, .total = 1000, .percent = static_cast<double>(done) / 10, .eta = {}};
}

/// Lets a render tick every 50 ms for `length`; canceled when told to stop.
Result<Rendered> tick_for(Bench& bench, std::chrono::milliseconds length, const RenderTask& task,
                          const Renderer::OnProgress& on_progress) {
  for (auto passed = 0ms; passed < length; passed += 50ms) {
    bench.pace.time += 50ms;
    if (on_progress({}) == Command::stop) return fail(Errc::canceled, "stopped");
  }
  return test::draw_at_once(task, on_progress);
}

std::size_t count_of(const std::vector<std::optional<Progress>>& renewals, Stage stage) {
  std::size_t count = 0;
  for (const auto& progress : renewals) count += progress && progress->stage == stage;
  return count;
}

}  // namespace

TEST_CASE("a drawn report is stored under its job and token, and described", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.run();
  CHECK(bench.queue.told == Told{"complete"});
  CHECK(bench.artifacts.files.at(artifact) == "%PDF");
  Sha256 hash;
  hash.update(std::string_view("%PDF"));
  CHECK(bench.queue.artifact == Artifact{.name = artifact,
                                         .bytes = 4,
                                         .pages = 3,
                                         .rows = 120,
                                         .sha256 = hex(hash.finish()),
                                         .filename = "orders.pdf",
                                         .replaced_bytes = 1,
                                         .skipped_rows = 2,
                                         .missing_glyphs = 5});
}

TEST_CASE("the renderer gets the spec, the upload and the time of the job's birth", "[slot]") {
  Bench bench;
  Claim claim = a_claim();
  claim.upload = new_upload_id();
  claim.created_at = TimePoint(12'345ms);
  bench.uploads.files[*claim.upload] = "a;b\n";
  bench.queue.claims.push_back(claim);
  std::string seen;
  bench.renderer.draw = [&](const RenderTask& task, const auto& on_progress) {
    CHECK(task.spec == "{}");
    CHECK(task.created_at == TimePoint(12'345ms));
    seen = read_all(*task.data, 100).value();
    return test::draw_at_once(task, on_progress);
  };
  bench.run();
  CHECK(seen == "a;b\n");
  CHECK(bench.queue.told == Told{"complete"});
}

TEST_CASE("a silent render has its lease renewed every 5 s", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    return tick_for(bench, 21s, task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.renewals.size() == 4 + 1);  // the last one says that the report is being stored
  CHECK(count_of(bench.queue.renewals, Stage::store) == 1);
}

TEST_CASE("progress is published at most every 100 ms, and the newest is never left out", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.renderer.draw = [&](const RenderTask& task, const Renderer::OnProgress& on_progress) {
    for (std::uint64_t row = 1; row <= 1000; ++row) {
      bench.pace.time += 1ms;
      CHECK(on_progress(rows_done(row)) == Command::go_on);
    }
    bench.pace.time += 100ms;
    CHECK(on_progress({}) == Command::go_on);
    return test::draw_at_once(task, on_progress);
  };
  bench.run();
  CHECK(count_of(bench.queue.renewals, Stage::render) == 11);
  CHECK(bench.queue.renewals[0]->done == 1);
  CHECK(bench.queue.renewals[10]->done == 1000);
  CHECK(bench.queue.renewals[11]->percent == 100);  // never goes back
}

TEST_CASE("a cancel that is heard of stops the drawing at the next tick and is confirmed", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    CHECK(on_progress({}) == Command::go_on);
    bench.running.cancel(new_job_id());  // another's
    CHECK(on_progress({}) == Command::go_on);
    bench.running.cancel(a_claim().lease.job);
    return tick_for(bench, 50ms, task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"fail:canceled"});
  CHECK(bench.artifacts.files.empty());
}

TEST_CASE("a cancel that was missed is learnt from the next renewal", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.queue.on_renew = [] { return LeaseState::cancel_requested; };
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    return tick_for(bench, 1h, task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"fail:canceled"});
  CHECK(bench.queue.renewals.size() == 1);
}

TEST_CASE("whoever lost its lease stops drawing and says nothing more", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.queue.on_renew = [] { return LeaseState::lost; };
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    return tick_for(bench, 1h, task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told.empty());
  CHECK(bench.artifacts.files.empty());
  CHECK(bench.pace.time.time_since_epoch() == 5s);
}

TEST_CASE("a result that is refused is removed", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.queue.before_verdict = [&]() -> Result<void> {
    CHECK(bench.artifacts.files.count(artifact) == 1);
    return fail(Errc::lease_lost, "Another worker holds the job.");
  };
  bench.run();
  CHECK(bench.queue.told.empty());
  CHECK(bench.artifacts.files.empty());
}

TEST_CASE("while Redis is away the drawing goes on, and its result is told as soon as Redis is back", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  const auto back_at = worker::SteadyTime(60s);
  bench.queue.on_renew = []() -> Result<LeaseState> { return fail(away()); };
  bench.queue.before_verdict = [&]() -> Result<void> {
    if (bench.pace.time < back_at) return fail(away());
    return {};
  };
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    return tick_for(bench, 30s, task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"complete"});
  CHECK(bench.artifacts.files.count(artifact) == 1);
  CHECK(bench.pace.time < back_at + 2s);
  for (const auto pause : bench.pace.pauses) CHECK(pause <= 1s);
}

TEST_CASE("a result without an answer stays: it may have been accepted", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.queue.before_verdict = []() -> Result<void> { return fail(away()); };
  bench.run();
  CHECK(bench.queue.told.empty());
  CHECK(bench.artifacts.files.count(artifact) == 1);
  CHECK(bench.pace.time.time_since_epoch() >= 300s);
  CHECK(bench.pace.time.time_since_epoch() < 302s);
}

TEST_CASE("a graceful stop gives the job back", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.queue.claims.push_back(a_claim());
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    bench.stop.request_stop();
    return tick_for(bench, 1h, task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"release"});
  CHECK(bench.queue.claims.size() == 1);
}

TEST_CASE("a renderer that dies while all is being stopped is no crash", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.renderer.draw = [&](const auto& /*task*/, const auto& /*on_progress*/) -> Result<Rendered> {
    bench.stop.request_stop();
    return fail(Errc::renderer_died, "killed");
  };
  bench.run();
  CHECK(bench.queue.told == Told{"release"});
}

TEST_CASE("a report that is drawn when the stop comes is still delivered", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    bench.stop.request_stop();
    return test::draw_at_once(task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"complete"});
}

TEST_CASE("a stop while Redis is away takes seconds, not minutes", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.queue.before_verdict = []() -> Result<void> { return fail(away()); };
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    bench.stop.request_stop();
    return tick_for(bench, 1h, task, on_progress);
  };
  bench.run();
  CHECK(bench.pace.time.time_since_epoch() < 7s);
}

TEST_CASE("a renderer that dies sends the job straight back", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.renderer.draw = [](const auto& /*task*/, const auto& /*on_progress*/) -> Result<Rendered> {
    return fail(Errc::renderer_died, "It was killed by signal 9.");
  };
  bench.run();
  CHECK(bench.queue.told == Told{"crashed"});
  CHECK(bench.queue.failure.detail == "It was killed by signal 9.");
}

TEST_CASE("the renderer's verdict is told as it is", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  const Error verdict{Errc::bad_data, "Row 7, column 'total': 'abc' is not a number."};
  bench.renderer.draw = [&](const auto& /*task*/, const auto& /*on_progress*/) -> Result<Rendered> {
    return fail(verdict);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"fail:bad_data"});
  CHECK(bench.queue.failure == verdict);
}

TEST_CASE("what went wrong inside is logged, not told", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.queue.claims.push_back(a_claim());
  int turn = 0;
  bench.renderer.draw = [&](const auto& /*task*/, const auto& /*on_progress*/) -> Result<Rendered> {
    if (turn++ == 0) return fail(Errc::internal, "/secret/path");
    throw std::runtime_error("/secret/path");
  };
  bench.run();
  CHECK(bench.queue.told == Told{"fail:internal", "fail:internal"});
  CHECK_THAT(bench.queue.failure.detail, !test::has_text("secret"));
}

TEST_CASE("an upload that is gone fails the job for good", "[slot]") {
  Bench bench;
  Claim claim = a_claim();
  claim.upload = new_upload_id();
  bench.queue.claims.push_back(claim);
  bench.run();
  CHECK(bench.queue.told == Told{"fail:gone"});
  CHECK_FALSE(is_retryable(bench.queue.failure.code));
}

TEST_CASE("a store that cannot be used lets the job be tried again", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.artifacts.broken = Error{Errc::unavailable, "The disk is full."};
  bench.run();
  CHECK(bench.queue.told == Told{"fail:unavailable"});
  CHECK(is_retryable(bench.queue.failure.code));
}

TEST_CASE("an attempt ends when its time is up", "[slot]") {
  Bench bench;
  Claim claim = a_claim();
  claim.timeout = 30s;
  bench.queue.claims.push_back(claim);
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    return tick_for(bench, 1h, task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"fail:timed_out"});
  CHECK(bench.pace.time.time_since_epoch() == 30s);
}

TEST_CASE("a lease that is lost before the report is stored leaves no artifact", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) {
    bench.queue.on_renew = [] { return LeaseState::lost; };
    return test::draw_at_once(task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told.empty());
  CHECK(bench.artifacts.files.empty());
}

TEST_CASE("a claim without an answer is repeated under its nonce, and the next one has another", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  int lost = 3;
  bench.queue.before_claim = [&]() -> Result<void> {
    if (lost-- > 0) return fail(away());
    return {};
  };
  bench.run();
  const auto& nonces = bench.queue.nonces;
  REQUIRE(nonces.size() == 5);  // three lost, one granted, one for the next job
  for (std::size_t i = 1; i < 4; ++i) CHECK(nonces[i] == nonces[0]);
  CHECK(nonces[4] != nonces[0]);
  CHECK(nonces[0].size() == 32);
  CHECK(bench.pace.pauses == std::vector<std::chrono::milliseconds>{50ms, 100ms, 200ms});
}

TEST_CASE("a worker that lacks something claims no job until it has it", "[slot]") {
  Bench bench;
  bench.queue.claims.push_back(a_claim());
  int checks = 0;
  bench.check_ready = [&]() -> Result<void> {
    if (++checks < 4) return fail(Errc::unavailable, "The disk is full.");
    return {};
  };
  bench.queue.before_claim = [&]() -> Result<void> {
    CHECK(checks == 4);
    return {};
  };
  bench.run();
  CHECK(bench.queue.told == Told{"complete"});
  CHECK(bench.pace.pauses.size() == 3);
}

TEST_CASE("after a job that lacked something the worker pauses and checks itself, and else it does not", "[slot]") {
  Bench bench;
  for (int i = 0; i < 3; ++i) bench.queue.claims.push_back(a_claim());
  int checks = 0;
  int jobs = 0;
  bench.check_ready = [&] {
    ++checks;
    return Result<void>();
  };
  bench.renderer.draw = [&](const auto& task, const auto& on_progress) -> Result<Rendered> {
    if (++jobs == 1) return fail(Errc::unavailable, "The disk is full.");
    return test::draw_at_once(task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"fail:unavailable", "complete", "complete"});
  CHECK(checks == 2);
  CHECK(bench.pace.pauses.size() == 1);
}

TEST_CASE("a job may run twice here, once without a lease, and each run hears of its cancel", "[slot]") {
  worker::RunningJobs running;
  const JobId job = new_job_id();
  const worker::RunningJobs::Entry second(running, job);
  {
    const worker::RunningJobs::Entry first(running, job);
    CHECK_FALSE(first.is_canceled());
  }
  CHECK_FALSE(second.is_canceled());
  running.cancel(job);
  CHECK(second.is_canceled());
  const worker::RunningJobs::Entry third(running, job);
  CHECK_FALSE(third.is_canceled());
}

TEST_CASE("the next job comes with the answer to the last one's end, and goes back when the worker stops", "[slot]") {
  Bench bench;
  bench.queue.claims = {a_claim(), a_claim(), a_claim()};
  bench.queue.before_verdict = [&]() -> Result<void> {
    if (bench.queue.told.size() == 1) bench.stop.request_stop();  // while the second is being completed
    return {};
  };
  bench.run();
  CHECK(bench.queue.told == Told{"complete", "complete", "release"});
  CHECK(bench.queue.claims.empty());
}
