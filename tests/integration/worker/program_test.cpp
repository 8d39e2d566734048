// The program itself: what it says, how it ends, and that it draws.
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "codec/submission_json.hpp"
#include "queue/job_queue.hpp"
#include "store/file_artifact_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;
using platen::test::Background;
using platen::test::eventually;
using platen::test::has_text;
using platen::test::Output;

namespace {

const std::string program = std::string(PLATEN_BINARIES) + "/platen-worker";
constexpr int config_error = 78;
constexpr std::size_t any_bytes = 1 << 20;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The child of a worker that draws, as the kernel describes it and each of its threads.
std::vector<std::string> threads_of_renderer(pid_t worker) {
  std::vector<std::string> statuses;
  const std::string all = "/proc/" + std::to_string(worker) + "/task";
  for (const auto& thread : std::filesystem::directory_iterator(all)) {
    const auto children = read_file((thread.path() / "children").string(), any_bytes);
    if (!children || children->empty()) continue;
    const std::string child = children->substr(0, children->find(' '));
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + child + "/task"))
      statuses.push_back(read_file((task.path() / "status").string(), any_bytes).value());
  }
  return statuses;
}

}  // namespace

TEST_CASE("wrong settings end the worker with the status that forbids a restart", "[worker]") {
  for (const char* const flag :
       {"--slots=many", "--sloots=2", "--config=/nowhere.toml", "--redis=http://x", "--log-level=loud"}) {
    CAPTURE(flag);
    const Output output = test::run({program, flag});
    CHECK(output.exit_code == config_error);
    CHECK_FALSE(output.err.empty());
  }
}

TEST_CASE("a data folder that cannot be used ends the worker with a status that allows a restart", "[worker]") {
  const Output output = test::run({program, "--data-dir=/proc/nowhere"});
  CHECK(output.exit_code == 69);
  CHECK_THAT(output.err, has_text("/proc/nowhere"));
}

TEST_CASE("the worker shows its settings without their secrets", "[worker]") {
  const Output output =
      test::run({"env", "PLATEN_REDIS=redis://:sesame@db:1/2", program, "--print-config", "--slots", "3"});
  CHECK(output.exit_code == 0);
  CHECK_THAT(output.out, has_text("redis = \"redis://:***@db:1/2\"  # PLATEN_REDIS"));
  CHECK_THAT(output.out, has_text("[worker]\nslots = 3  # --slots"));
}

TEST_CASE("the worker draws a report, and SIGTERM ends it well", "[worker]") {
  test::TempDir folder;
  test::RedisServer redis;
  redis::Connection connection(redis.url());
  queue::RedisJobQueue jobs(connection);
  const auto request = codec::decode_request(R"({"report":{"title":"Orders"},"data":{"rows":[{"id":1},{"id":2}]}})");
  REQUIRE(request);
  Submission submission;
  submission.id = new_job_id();
  submission.title = "Orders";
  submission.spec = request->spec;
  REQUIRE(jobs.submit(submission));

  Background worker({program, "--redis", redis.url_text(), "--data-dir", folder.path().string(), "--slots", "1"});
  const Job job = eventually([&] {
    auto now = jobs.find(default_tenant(), submission.id);
    return now && has_ended(now->state) ? std::optional(*now) : std::nullopt;
  });
  CAPTURE(worker.err());
  REQUIRE(job.state == JobState::succeeded);
  CHECK(job.artifact->rows == 2);
  FileArtifactStore artifacts(folder.path().string());
  const auto pdf = read_all(artifacts.open(job.artifact->name).value(), any_bytes);
  REQUIRE(pdf);
  CHECK(pdf->starts_with("%PDF-"));
  CHECK(pdf->size() == job.artifact->bytes);

  const auto threads = threads_of_renderer(worker.process().pid());
  CHECK_FALSE(threads.empty());
  const bool is_filtered = has(worker.err(), "limits, system call filter");
  for (const std::string& thread : threads) {
    CHECK_THAT(thread, has_text("NoNewPrivs:\t1"));
    if (is_filtered) CHECK_THAT(thread, has_text("Seccomp:\t2"));
  }

  worker.process().signal(SIGTERM);
  CHECK(worker.finish().exit_code == 0);
}
