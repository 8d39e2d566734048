// A queue on a server of its own, and the jobs that its tests put there.
#pragma once

#include <optional>
#include <string>

#include "codec/job_json.hpp"
#include "queue/janitor.hpp"
#include "queue/job_queue.hpp"
#include "queue/lease_queue.hpp"
#include "redis/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/redis_server.hpp"

namespace platen::test {

/// Leases that lapse only when a test wants it; retries that are due at once.
inline constexpr queue::QueueOptions quick{std::chrono::minutes(10), std::chrono::milliseconds(0),
                                           std::chrono::milliseconds(0)};
/// Leases that have lapsed as soon as they are given.
inline constexpr queue::QueueOptions lapsing{std::chrono::milliseconds(0), std::chrono::milliseconds(0),
                                             std::chrono::milliseconds(0)};

inline Submission a_submission() {
  Submission submission;
  submission.id = new_job_id();
  submission.title = "Orders";
  submission.spec = R"({"report":{"title":"Orders"}})";
  submission.options.filename = "orders.pdf";
  submission.options.tags = {{"team", "finance"}};
  submission.request_id = "req-1";
  return submission;
}

inline Submission a_delayed_submission() {
  Submission submission = a_submission();
  submission.options.delay = std::chrono::hours(1);
  return submission;
}

inline Artifact an_artifact(const Lease& lease) {
  Artifact artifact;
  artifact.name = lease.job.text + "." + std::to_string(lease.token) + ".pdf";
  artifact.bytes = 1234;
  artifact.pages = 3;
  artifact.rows = 50;
  artifact.sha256 = std::string(64, 'a');
  artifact.filename = "orders.pdf";
  return artifact;
}

inline const Error flaky{Errc::unavailable, "The disk is full."};
inline const Error hopeless{Errc::bad_data, "Row 7, column total: not a number."};
inline const Error stop_confirmed{Errc::canceled, "Stopped on request."};
inline const Error renderer_gone{Errc::renderer_died, "The drawing process ended."};

/// One worker slot with its own connections.
struct Slot {
  Slot(const RedisServer& server, std::string name, queue::QueueOptions options = quick)
      : worker{std::move(name)}, connection(server.url()), queue(connection, server.url(), options) {}

  /// The next job, which must be there.
  Claim claim() {
    auto claimed = queue.claim(worker, "nonce-" + worker.text + "-" + std::to_string(++claims));
    REQUIRE(claimed.has_value());
    REQUIRE(claimed->has_value());
    return **std::move(claimed);
  }
  [[nodiscard]] bool finds_nothing() {
    const auto claimed = queue.claim(worker, "nonce-" + worker.text + "-" + std::to_string(++claims));
    return claimed.has_value() && !claimed->has_value();
  }

  WorkerId worker;
  redis::Connection connection;
  queue::RedisLeaseQueue queue;
  int claims = 0;
};

struct QueueFixture {
  QueueFixture() = default;
  explicit QueueFixture(RedisServerOptions options) : server(std::move(options)) {}

  Job submitted(const Submission& submission) {
    auto job = jobs.submit(submission);
    REQUIRE(job.has_value());
    return *std::move(job);
  }
  Job submitted() { return submitted(a_submission()); }
  Job found(const JobId& id) {
    auto job = jobs.find(default_tenant(), id);
    REQUIRE(job.has_value());
    return *std::move(job);
  }
  JobState state_of(const JobId& id) { return found(id).state; }

  RedisServer server;
  redis::Connection connection{server.url()};
  queue::RedisJobQueue jobs{connection};
  queue::RedisJobJanitor janitor{connection, quick};
  Slot slot{server, "a"};
  Slot other_slot{server, "b"};
};

}  // namespace platen::test
