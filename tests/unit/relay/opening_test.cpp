// A stream that is asked for, from the question to the stream.
#include "relay/opening.hpp"

#include "tests/unit/relay/hub_fixture.hpp"

using namespace platen;
using namespace std::chrono_literals;
using platen::test::Client;

namespace {

const JobId job{"job_00000000000000000000000001"};

struct Fixture : test::HubFixture {
  using HubFixture::HubFixture;

  /// Asks, and lets nothing arrive.
  void ask(Seq after = 0, const Tenant& tenant = default_tenant(), relay::Form form = relay::Form::sse) {
    opening.reset();
    hub.open({job, tenant, after, form}, [this](std::shared_ptr<relay::Opening> told) {
      REQUIRE_FALSE(opening);
      opening = std::move(told);
    });
  }
  relay::Finding found(Seq after = 0, const Tenant& tenant = default_tenant()) {
    ask(after, tenant);
    return answer();
  }
  relay::Finding answer() {
    settle();
    REQUIRE(opening);
    return opening->finding();
  }
  void adopt(Client& client, const relay::StreamRequest& request = {job}) {
    hub.adopt(client.connect(), request, *opening);
    opening.reset();
    settle();
    client.read();
  }

  std::shared_ptr<relay::Opening> opening;
};

relay::HubOptions impatient() {
  relay::HubOptions options;
  options.unwatch_after = 5ms;
  options.replay_retry = 5ms;
  return options;
}

}  // namespace

TEST_CASE("one reading of the job is the answer and the beginning of its stream", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  fixture.events.publish(job, EventKind::started);
  CHECK(fixture.found(1) == relay::Finding::there);
  Client client;
  fixture.adopt(client, {job, 1});
  CHECK(client.seen() == "started 2");
  CHECK(fixture.hub.stats().replays == 1);
  fixture.events.publish(job, EventKind::succeeded);
  fixture.settle();
  client.read();
  CHECK(client.seen() == "started 2, succeeded 3");
  CHECK(client.saw_end);
}

TEST_CASE("nothing is lost between the answer and the stream", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  CHECK(fixture.found() == relay::Finding::there);
  fixture.events.publish(job, EventKind::started);
  fixture.settle();
  fixture.events.lose_live();
  fixture.events.publish(job, EventKind::progress);
  Client client;
  fixture.adopt(client);
  CHECK(client.seen() == "queued 1, started 2, progress 3");

  CHECK(fixture.found() == relay::Finding::there);
  fixture.events.publish(job, EventKind::failed);
  fixture.settle();
  Client late;
  fixture.adopt(late);
  CHECK(late.seen() == "queued 1, started 2, progress 3, failed 4");
  CHECK(late.saw_end);
}

TEST_CASE("a job that is not there, or another tenant's, is absent and not watched for long", "[relay]") {
  Fixture fixture(impatient());
  CHECK(fixture.found() == relay::Finding::absent);
  fixture.events.publish(job, EventKind::queued);
  CHECK(fixture.found(0, Tenant{"other"}) == relay::Finding::absent);
  CHECK(fixture.found(1, Tenant{"other"}) == relay::Finding::absent);
  fixture.opening.reset();
  fixture.turn_until([&] { return fixture.events.watched().empty(); });
  CHECK(fixture.hub.stats().jobs == 0);
}

TEST_CASE("only who has seen the last event of a job that has ended has seen all", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  CHECK(fixture.found(1) == relay::Finding::there);
  fixture.events.publish(job, EventKind::failed);
  CHECK(fixture.found(2) == relay::Finding::over);
  CHECK(fixture.found(1) == relay::Finding::there);
  // Who has seen more than there is has seen what a rollback undid.
  CHECK(fixture.found(3) == relay::Finding::there);
  Client client;
  fixture.adopt(client, {job, 3});
  CHECK(client.seen() == "reset, failed 2");
  CHECK(client.saw_end);
}

TEST_CASE("while Redis is away nothing is found, nor watched, and a stream outwaits that", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  fixture.events.is_healthy = false;
  CHECK(fixture.found() == relay::Finding::unknown);
  CHECK(fixture.events.watched().empty());
  Client client;
  fixture.adopt(client);
  CHECK(client.seen() == "queued 1");
}

TEST_CASE("a Redis that is lost meanwhile leaves it unknown", "[relay]") {
  Fixture fixture(impatient());
  fixture.events.publish(job, EventKind::queued);
  fixture.ask();
  fixture.events.lose_live();
  CHECK(fixture.answer() == relay::Finding::unknown);
  fixture.ask();
  fixture.events.step_live();
  fixture.events.lose_replays();
  CHECK(fixture.answer() == relay::Finding::unknown);
  Client client;
  fixture.hub.adopt(client.connect(), {job}, *fixture.opening);
  fixture.turn_until([&] {
    fixture.settle();
    client.read();
    return client.seen() == "queued 1";
  });
}

TEST_CASE("a full relay has no room, and says so in a stream", "[relay]") {
  relay::HubOptions options;
  options.max_streams = 0;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  CHECK(fixture.found() == relay::Finding::no_room);
  Client client;
  fixture.adopt(client);
  CHECK(client.saw_end);
  CHECK_FALSE(client.frames().at(0).retry.empty());
}

TEST_CASE("a relay that drains between the answer and the stream tells the client to come back", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  CHECK(fixture.found() == relay::Finding::there);
  fixture.hub.drain();
  Client client;
  fixture.adopt(client);
  CHECK(client.saw_end);
  CHECK(client.seen().empty());
}

TEST_CASE("a WebSocket begins with messages", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  fixture.ask(0, default_tenant(), relay::Form::websocket);
  CHECK(fixture.answer() == relay::Finding::there);
  Client client;
  relay::StreamRequest request{job};
  request.protocol = relay::Protocol::websocket;
  fixture.adopt(client, request);
  CHECK(client.text.rfind("HTTP/1.1 101 ", 0) == 0);
  CHECK(client.text.find(R"("event":"queued")") != std::string::npos);
}

TEST_CASE("a client's connection goes on being watched as it was", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  struct Nobody final : Pollable {
    void on_ready(Readiness) override { FAIL("it has been given away"); }
  } nobody;
  Client client;
  Fd socket = client.connect();
  Loop::Watch watch = fixture.loop.watch(socket.get(), Interest::read, nobody);
  watch.tell(nullptr);
  client.send("ignored");
  fixture.loop.turn(0ms);  // heard by none
  fixture.hub.adopt({std::move(socket), std::move(watch)}, relay::StreamRequest{job});
  fixture.settle();
  client.read();
  CHECK(client.seen() == "queued 1");
  client.close();
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
}
