// One stream of several jobs.
#include "relay/hub.hpp"
#include "tests/unit/relay/hub_fixture.hpp"

using namespace platen;
using namespace std::chrono_literals;
using test::Client;

namespace {

const JobId first{"job_00000000000000000000000001"};
const JobId second{"job_00000000000000000000000002"};

struct Fixture : test::HubFixture {
  using test::HubFixture::HubFixture;
  /// The jobs as they are now.
  [[nodiscard]] relay::JobsStreamRequest request(const std::vector<JobId>& ids) const {
    relay::JobsStreamRequest wanted;
    for (const JobId& id : ids) wanted.jobs.push_back(events.present(id));
    return wanted;
  }
  void publish(Client& client, const JobId& job, EventKind kind) {
    events.publish(job, kind);
    settle();
    client.read();
  }
};

}  // namespace

TEST_CASE("a stream of many jobs begins with each as it is, goes on live, and ends with the last", "[relay]") {
  Fixture fixture;
  fixture.events.publish(first, EventKind::queued);
  fixture.events.publish(second, EventKind::queued);
  fixture.events.publish(second, EventKind::started);
  Client client;
  fixture.open(client, fixture.request({first, second}));
  CHECK(client.seen() == "queued, running");
  const auto begun = client.frames();
  REQUIRE(begun.size() == 3);
  CHECK_FALSE(begun[0].retry.empty());
  CHECK(begun[1].data.find("\"job\":\"" + first.text + "\",\"seq\":1") != std::string::npos);
  CHECK(begun[2].data.find("\"job\":\"" + second.text + "\",\"seq\":2") != std::string::npos);
  fixture.publish(client, first, EventKind::started);
  fixture.publish(client, second, EventKind::succeeded);
  CHECK(client.seen() == "queued, running, started, succeeded");
  CHECK(client.frames().back().data.find("/d/" + second.text) != std::string::npos);
  CHECK_FALSE(client.saw_end);
  fixture.publish(client, first, EventKind::failed);
  CHECK(client.seen() == "queued, running, started, succeeded, failed, end end");
  CHECK(client.frames().back().data == "{}");
  CHECK(client.saw_end);
}

TEST_CASE("jobs that have all ended are shown, and that is the end", "[relay]") {
  Fixture fixture;
  fixture.events.publish(first, EventKind::succeeded);
  fixture.events.publish(second, EventKind::canceled);
  Client client;
  fixture.open(client, fixture.request({first, second}));
  CHECK(client.seen() == "succeeded, canceled, end end");
  CHECK(client.saw_end);
  CHECK(fixture.events.watched().empty());
}

TEST_CASE("what happened between the look at the jobs and the stream is not missed", "[relay]") {
  Fixture fixture;
  fixture.events.publish(first, EventKind::queued);
  const auto wanted = fixture.request({first});
  fixture.events.publish(first, EventKind::started);
  fixture.events.publish(first, EventKind::succeeded);
  Client client;
  fixture.open(client, wanted);
  CHECK(client.seen() == "queued, started, succeeded, end end");
}

TEST_CASE("a job that is gone ends its share, one that was rolled back is shown anew without an id", "[relay]") {
  Fixture fixture;
  for (const JobId& job : {first, second}) fixture.events.publish(job, EventKind::queued);
  fixture.events.publish(first, EventKind::started);
  Client client;
  fixture.open(client, fixture.request({first, second}));
  fixture.events.forget(second);
  fixture.events.roll_back(first, 1);
  fixture.turn_until([&] {
    fixture.settle();
    client.read();
    return client.seen() == "running, queued, reset";
  });
  CHECK_FALSE(client.saw_end);
  fixture.publish(client, first, EventKind::canceled);
  CHECK(client.seen() == "running, queued, reset, canceled, end end");
}

TEST_CASE("a client of many jobs that leaves is subscribed to none of them", "[relay]") {
  Fixture fixture({.unwatch_after = 0ms});
  for (const JobId& job : {first, second}) fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, fixture.request({first, second}));
  CHECK(fixture.events.watched().size() == 2);
  client.close();
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0 && fixture.events.watched().empty(); });
  fixture.events.publish(first, EventKind::succeeded);
  fixture.settle();
}

TEST_CASE("a stream of a hundred jobs that say much fits whatever the bound of a slow one is", "[relay]") {
  Fixture fixture({.stream = {.pending_bytes = 1024}});
  std::vector<JobId> jobs;
  std::string expected;
  for (int i = 100; i < 200; ++i) {
    jobs.push_back({"job_00000000000000000000000" + std::to_string(i)});
    fixture.events.publish(jobs.back(), EventKind::queued);
    expected += i == 100 ? "queued" : ", queued";
  }
  Client client;
  fixture.open(client, fixture.request(jobs));
  fixture.turn_until([&] {
    client.read();
    return client.seen() == expected;
  });
  CHECK(fixture.hub.stats().slow_disconnects == 0);
}

TEST_CASE("a stream of more jobs than may be watched in all is told to come back", "[relay]") {
  Fixture fixture({.max_jobs = 1});
  fixture.events.publish(first, EventKind::queued);
  fixture.events.publish(second, EventKind::queued);
  Client refused;
  fixture.open(refused, fixture.request({first, second}));
  REQUIRE(refused.frames().size() == 1);
  CHECK_FALSE(refused.frames()[0].retry.empty());
  CHECK(refused.saw_end);
  Client client;
  fixture.open(client, fixture.request({first}));
  CHECK(client.seen() == "queued");
}

TEST_CASE("when full or draining, a stream of many jobs is told to come back", "[relay]") {
  Fixture fixture({.max_streams = 1});
  fixture.events.publish(first, EventKind::queued);
  Client client;
  fixture.open(client, fixture.request({first}));
  Client refused;
  fixture.open(refused, fixture.request({first}));
  REQUIRE(refused.frames().size() == 1);
  CHECK_FALSE(refused.frames()[0].retry.empty());
  CHECK(refused.saw_end);
  fixture.hub.drain();
  fixture.settle();
  client.read();
  CHECK_FALSE(client.frames().back().retry.empty());
  CHECK(client.saw_end);
  CHECK(client.seen() == "queued");
}
