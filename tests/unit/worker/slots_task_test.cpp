// What a slot hands to its renderer.
#include <memory>

#include "tests/support/catch.hpp"
#include "tests/unit/worker/slots_fakes.hpp"

using namespace platen;
using platen::test::a_claim;
using platen::test::Bench;
using Told = std::vector<std::string>;

TEST_CASE("the renderer gets the images that the report shows, and a file for what does not fit in memory", "[slot]") {
  Bench bench;
  Claim claim = a_claim();
  claim.images = {new_upload_id(), new_upload_id()};
  bench.uploads.files[claim.images[0]] = "one";
  bench.uploads.files[claim.images[1]] = "two";
  bench.queue.claims.push_back(claim);
  bench.renderer.draw = [&](const RenderTask& task, const auto& on_progress) {
    CHECK(task.data == nullptr);
    REQUIRE(task.images.size() == 2);
    CHECK(task.images[0].upload == claim.images[0].text);
    CHECK(read_all(*task.images[0].file, 100) == "one");
    CHECK(task.images[1].upload == claim.images[1].text);
    CHECK(read_all(*task.images[1].file, 100) == "two");
    REQUIRE(task.scratch != nullptr);
    CHECK(task.scratch->get() != task.output->get());
    return test::draw_at_once(task, on_progress);
  };
  bench.run();
  CHECK(bench.queue.told == Told{"complete"});
}

TEST_CASE("a job whose image is gone fails for good", "[slot]") {
  Bench bench;
  Claim claim = a_claim();
  claim.images = {new_upload_id()};
  bench.queue.claims.push_back(claim);
  bench.run();
  CHECK(bench.queue.told == Told{"fail:gone"});
  CHECK_THAT(bench.queue.failure.detail, test::has_text("image"));
}

TEST_CASE("while an upload is on its way the lease is renewed, and a cancel breaks it off", "[slot]") {
  Bench bench;
  Claim claim = a_claim();
  claim.upload = new_upload_id();
  bench.queue.claims.push_back(claim);
  bench.uploads.is_slow = true;
  bench.uploads.while_slow = [&] { bench.pace.time += std::chrono::seconds(1); };
  bench.queue.on_renew = [&]() -> Result<LeaseState> {
    return bench.queue.renewals.size() < 2 ? LeaseState::held : LeaseState::cancel_requested;
  };
  bench.run();
  CHECK(bench.queue.renewals.size() == 3);
  CHECK(bench.queue.told == Told{"fail:canceled"});
}

TEST_CASE("the jobs that run share the worker's threads, each with one at least", "[slot]") {
  Bench bench;
  bench.options.threads = 4;
  for (int i = 0; i < 4; ++i) bench.queue.claims.push_back(a_claim());
  std::vector<unsigned> seen;
  std::vector<std::unique_ptr<worker::RunningJobs::Entry>> others;
  bench.renderer.draw = [&](const RenderTask& task, const auto& on_progress) {
    seen.push_back(task.threads);
    for (int i = 0; i < 2; ++i)
      others.push_back(std::make_unique<worker::RunningJobs::Entry>(bench.running, new_job_id()));
    return test::draw_at_once(task, on_progress);
  };
  bench.run();
  CHECK(seen == std::vector<unsigned>{4, 1, 1, 1});
}
