#include "base/clock.hpp"
#include "codec/observation_json.hpp"
#include "tests/support/catch.hpp"

using namespace platen;

TEST_CASE("a worker's report is read as it was written", "[codec]") {
  WorkerReport report;
  report.version = "1.2.3";
  report.slots = 4;
  report.started_at = from_unix_ms(1'772'366'400'120);
  report.jobs = {{new_job_id(), from_unix_ms(1'772'366'405'000)}};
  report.totals = {.succeeded = 9,
                   .failed = 1,
                   .canceled = 2,
                   .crashed = 3,
                   .lost = 4,
                   .rows = 1000,
                   .pages = 20,
                   .rendering = std::chrono::milliseconds(1500),
                   .storing = std::chrono::milliseconds(30)};
  const auto read = codec::decode_worker_report(codec::encode_worker_report(report));
  REQUIRE(read);
  CHECK(read->version == report.version);
  CHECK(read->slots == 4);
  CHECK(read->started_at == report.started_at);
  REQUIRE(read->jobs.size() == 1);
  CHECK(read->jobs[0].id == report.jobs[0].id);
  CHECK(read->jobs[0].since == report.jobs[0].since);
  CHECK(codec::encode_worker_report(*read) == codec::encode_worker_report(report));
  CHECK_FALSE(codec::decode_worker_report("[]"));
}

TEST_CASE("the queue's state names each priority, and each worker with its jobs", "[codec]") {
  QueueState state;
  state.ready.at(0) = {3, std::chrono::milliseconds(1200)};
  state.workers.push_back(
      {.name = "host:1:a", .version = "1", .slots = 2, .started_at = {}, .seen_at = {}, .jobs = {}, .totals = {}});
  state.tenant = {.waiting = 7, .waiting_limit = 0, .stored_bytes = 8, .stored_limit_bytes = 9};
  const std::string json = codec::encode_queue_state(state);
  CHECK(json.find(R"("tenant":{"waiting":7,"waiting_limit":null,"stored_bytes":8,"stored_limit_bytes":9})") !=
        std::string::npos);
  CHECK(json.find(R"("ready":{"high":{"jobs":3,"oldest_seconds":1.2},"normal":{"jobs":0)") != std::string::npos);
  CHECK(json.find(R"("workers":[{"name":"host:1:a","seen_at":"1970-01-01T00:00:00.000Z","version":"1","slots":2)") !=
        std::string::npos);
}
