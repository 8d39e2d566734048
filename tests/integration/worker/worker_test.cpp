// Whole workers over a real Redis, with renderers whose behaviour the jobs' specs script.
#include "worker/slots/worker.hpp"

#include <signal.h>

#include <filesystem>
#include <optional>
#include <thread>

#include "queue/janitor.hpp"
#include "queue/job_queue.hpp"
#include "store/file_artifact_store.hpp"
#include "store/file_upload_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace std::chrono_literals;
using namespace platen;
using platen::test::eventually;

namespace {

constexpr std::size_t any_bytes = 1 << 20;

/// A Redis, a data folder and workers that come and go.
class Site {
 public:
  Site() : connection_(redis.url()), jobs(connection_), janitor(connection_) { start(); }

  void start(std::uint32_t slots = 1) {
    worker::WorkerOptions options;
    options.redis = {redis.url()};
    options.data_dir = folder.path().string();
    options.slots = slots;
    options.threads = 6;
    options.queue = lease;
    options.renderer.program = std::string(PLATEN_BINARIES) + "/scripted_renderer";
    options.renderer.silence_limit = silence_limit;
    worker_ = std::jthread([options](const std::stop_token& stop) { worker::Worker(options).run(stop); });
  }
  /// Gracefully; returns when it has stopped.
  void stop() { worker_ = std::jthread(); }

  JobId submit(const std::string& script, std::optional<UploadId> upload = {}, std::vector<UploadId> images = {}) {
    Submission submission;
    submission.id = new_job_id();
    submission.title = "Orders";
    submission.spec = script;
    submission.upload = std::move(upload);
    submission.images = std::move(images);
    submission.options.filename = "orders.pdf";
    submission.options.max_attempts = max_attempts;
    REQUIRE(jobs.submit(submission));
    return submission.id;
  }
  Upload upload(std::string_view bytes) {
    FileUploadStore uploads(folder.path().string());
    auto writer = uploads.begin(default_tenant()).value();
    REQUIRE(writer->write(bytes));
    return writer->commit().value();
  }
  std::string drawn(const Job& job) {
    REQUIRE(job.artifact);
    FileArtifactStore store(folder.path().string());
    return read_all(store.open(job.artifact->name).value(), any_bytes).value();
  }
  Job job(const JobId& id) {
    return eventually([&] { return jobs.find(default_tenant(), id); });
  }
  Job ended(const JobId& id) {
    return eventually([&] {
      const Job now = job(id);
      return has_ended(now.state) ? std::optional(now) : std::nullopt;
    });
  }
  void await_progress(const JobId& id) {
    eventually([&] { return job(id).progress.has_value(); });
  }
  std::string path(const std::string& name) const { return folder / name; }
  std::size_t artifacts() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path("artifacts")))
      count += entry.is_regular_file();
    return count;
  }

  test::TempDir folder;
  test::RedisServer redis;
  queue::QueueOptions lease{.lease = 15s};
  std::uint32_t max_attempts = 3;
  std::chrono::milliseconds silence_limit = 120s;

 private:
  redis::Connection connection_;

 public:
  queue::RedisJobQueue jobs;
  queue::RedisJobJanitor janitor;

 private:
  std::jthread worker_;
};

}  // namespace

TEST_CASE("a job is drawn from its upload, and its result can be read", "[worker]") {
  Site site;
  const Upload upload = site.upload("a;b\n");
  const Job job = site.ended(site.submit("say 1 2\ncopy\ndone 3 2\n", upload.id));
  REQUIRE(job.state == JobState::succeeded);
  REQUIRE(job.artifact);
  CHECK(job.artifact->pages == 3);
  CHECK(job.artifact->rows == 2);
  CHECK(job.artifact->sha256 == upload.sha256);
  CHECK(job.artifact->filename == "orders.pdf");
  CHECK(site.drawn(job) == "a;b\n");
}

TEST_CASE("a renderer has the images of its job, a scratch file and its share of the threads", "[worker]") {
  Site site;
  const UploadId first = site.upload("PNG").id;
  const UploadId second = site.upload("JPEG").id;
  const Upload data = site.upload("a;b\n");
  const std::string script = "copy\ncopy_images\nuse_scratch\ndraw_threads\ndone 1 1\n";
  const Job with_data = site.ended(site.submit(script, data.id, {first, second}));
  CHECK(site.drawn(with_data) == "a;b\n" + first.text + "=PNG\n" + second.text + "=JPEG\nscratch\n6");
  const Job without = site.ended(site.submit("copy_images\ndone 1 1\n", {}, {second}));
  CHECK(site.drawn(without) == second.text + "=JPEG\n");
  CHECK(site.artifacts() == 2);  // nothing is left of the scratch files
}

TEST_CASE("a job whose renderer is killed goes straight back and succeeds", "[worker]") {
  Site site;
  const JobId id = site.submit("once " + site.path("first") + "\nwrite_pid " + site.path("pid") +
                               "\nsay 1 2\nhang\nelse\ndraw x\ndone 1 1\n");
  site.await_progress(id);
  REQUIRE(::kill(std::stoi(read_file(site.path("pid"), any_bytes).value()), SIGKILL) == 0);
  const Job job = site.ended(id);
  CHECK(job.state == JobState::succeeded);
  CHECK(job.crashes == 1);
  CHECK(job.attempt == 1);  // that of the first renderer was refunded
}

TEST_CASE("a job that kills three renderers is poison, and the next one is drawn", "[worker]") {
  Site site;
  site.max_attempts = 1;
  const Job poison = site.ended(site.submit("say 1 2\ndie\n"));
  CHECK(poison.state == JobState::failed);
  CHECK(poison.crashes == 3);
  REQUIRE(poison.error);
  CHECK(poison.error->code == Errc::renderer_died);
  CHECK(site.ended(site.submit("draw x\ndone 1 1\n")).state == JobState::succeeded);
}

TEST_CASE("a job that hangs in three renderers is poison, and the next one is drawn", "[worker]") {
  Site site;
  site.stop();
  site.silence_limit = 300ms;
  site.start();
  const Job poison = site.ended(site.submit("say 1 2\nhang\n"));
  CHECK(poison.state == JobState::failed);
  CHECK(poison.crashes == 3);
  REQUIRE(poison.error);
  CHECK(poison.error->code == Errc::renderer_died);
  CHECK(site.ended(site.submit("draw x\ndone 1 1\n")).state == JobState::succeeded);
}

TEST_CASE("a cancel ends a render under way, and the slot goes on", "[worker]") {
  Site site;
  const JobId id = site.submit("draw half\nsay 1 2\nhang\n");
  site.await_progress(id);
  REQUIRE(site.jobs.cancel(default_tenant(), id));
  CHECK(site.ended(id).state == JobState::canceled);
  CHECK(site.artifacts() == 0);
  CHECK(site.ended(site.submit("draw x\ndone 1 1\n")).state == JobState::succeeded);
}

TEST_CASE("a cancel does not wait for the next renewal", "[worker]") {
  Site site;
  site.stop();
  site.lease.lease = 10min;  // renewed every 200 s: only the control channel tells of it before the test gives up
  site.start();
  const JobId id = site.submit("say 1 2\nhang\n");
  site.await_progress(id);
  // A repeat reaches a listener that had not subscribed yet.
  eventually([&] {
    REQUIRE(site.jobs.cancel(default_tenant(), id));
    return has_ended(site.job(id).state);
  });
  CHECK(site.job(id).state == JobState::canceled);
}

TEST_CASE("a worker that stops gives its job back unharmed, and another finishes it", "[worker]") {
  Site site;
  const JobId id = site.submit("once " + site.path("first") + "\nsay 1 2\nhang\nelse\ndraw x\ndone 1 1\n");
  site.await_progress(id);
  site.stop();
  const Job waiting = site.job(id);
  CHECK(waiting.state == JobState::queued);
  CHECK(waiting.attempt == 0);
  CHECK(waiting.crashes == 0);
  site.start();
  const Job job = site.ended(id);
  CHECK(job.state == JobState::succeeded);
  CHECK(job.attempt == 1);
}

TEST_CASE("bad data fails once, with the renderer's words", "[worker]") {
  Site site;
  const Job job = site.ended(site.submit("refuse bad_data Row 7, column 'total': 'abc' is not a number.\n"));
  CHECK(job.state == JobState::failed);
  CHECK(job.attempt == 1);
  CHECK(job.error == Error{Errc::bad_data, "Row 7, column 'total': 'abc' is not a number."});
  CHECK(site.artifacts() == 0);
}

TEST_CASE("a job whose upload is gone fails once", "[worker]") {
  Site site;
  const Job job = site.ended(site.submit("copy\ndone 1 1\n", new_upload_id()));
  CHECK(job.state == JobState::failed);
  CHECK(job.attempt == 1);
  REQUIRE(job.error);
  CHECK(job.error->code == Errc::gone);
}

TEST_CASE("whoever lost its lease leaves nothing, and the job ends once", "[worker]") {
  Site site;
  site.stop();
  site.lease = {.lease = 1500ms, .backoff_base = 1ms};
  site.start(2);
  const JobId id = site.submit("once " + site.path("first") + "\nsay 1 2\nhang\nelse\ndraw x\ndone 1 1\n");
  site.await_progress(id);
  // The lease lapses in Redis' eyes alone: its holder still draws. A renewal may come between, so again.
  eventually([&] {
    site.redis({"ZADD", "platen:{0}:running", "XX", "1", id.text});
    return site.janitor.reap().value_or(0) > 0;
  });
  eventually([&] {
    (void)site.janitor.promote();
    return has_ended(site.job(id).state);
  });
  const Job job = site.job(id);
  CHECK(job.state == JobState::succeeded);
  CHECK(job.attempt == 2);
  CHECK(site.artifacts() == 1);
  // Both slots are free again: the first one has let go.
  const JobId left = site.submit("say 1 1\nwait " + site.path("go") + "\ndraw x\ndone 1 1\n");
  const JobId right = site.submit("say 1 1\nwait " + site.path("go") + "\ndraw x\ndone 1 1\n");
  site.await_progress(left);
  site.await_progress(right);
  REQUIRE(write_file(site.path("go"), "", 0600));
  CHECK(site.ended(left).state == JobState::succeeded);
  CHECK(site.ended(right).state == JobState::succeeded);
}

TEST_CASE("a report that is finished while Redis is down is delivered when it is back", "[worker]") {
  Site site;
  const JobId id = site.submit("say 1 2\nwait " + site.path("go") + "\ndraw x\ndone 1 1\n");
  site.await_progress(id);
  site.redis.kill9();
  REQUIRE(write_file(site.path("go"), "", 0600));
  eventually([&] { return site.artifacts() == 1; });
  site.redis.restart();
  const Job job = site.ended(id);
  CHECK(job.state == JobState::succeeded);
  CHECK(job.attempt == 1);
}

TEST_CASE("slots draw side by side", "[worker]") {
  Site site;
  site.stop();
  site.start(3);
  std::vector<JobId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(site.submit("say 1 1\nwait " + site.path("go") + "\ndraw x\ndone 1 1\n"));
  for (const JobId& id : ids) site.await_progress(id);
  REQUIRE(write_file(site.path("go"), "", 0600));
  for (const JobId& id : ids) CHECK(site.ended(id).state == JobState::succeeded);
}
