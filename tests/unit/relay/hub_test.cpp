#include "relay/hub.hpp"

#include <memory>

#include "tests/unit/relay/hub_fixture.hpp"

using namespace platen;
using test::Client;
using Fixture = test::HubFixture;
using namespace std::chrono_literals;

namespace {

const JobId job{"job_00000000000000000000000001"};
const JobId other_job{"job_00000000000000000000000002"};

/// Text that a JSON event may hold, of about a kilobyte.
std::string filler() { return std::string(1000, 'x'); }

Event big_event(Seq seq, EventKind kind) { return {job, seq, kind, filler()}; }

}  // namespace

TEST_CASE("the response begins with the head that event streams need, and a retry", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job, 0, "Location: /v1/jobs/x\r\n"});
  CHECK(client.head() ==
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: text/event-stream; charset=utf-8\r\n"
        "Cache-Control: no-store, no-transform\r\n"
        "X-Accel-Buffering: no\r\n"
        "Connection: close\r\n"
        "Location: /v1/jobs/x\r\n\r\n");
  const auto frames = client.frames();
  REQUIRE(frames.size() == 2);
  const int retry_ms = std::stoi(frames[0].retry);
  CHECK((retry_ms >= 1000 && retry_ms <= 3000));
  CHECK(client.seen() == "queued 1");
}

TEST_CASE("streams of one job share its events, and those of another see none of them", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  fixture.events.publish(other_job, EventKind::queued);
  Client first;
  Client second;
  Client other;
  fixture.open(first, {job});
  fixture.open(second, {job, 1});
  fixture.open(other, {other_job});
  fixture.events.publish(job, EventKind::started);
  fixture.settle();
  for (Client* client : {&first, &second, &other}) client->read();
  CHECK(first.seen() == "queued 1, started 2");
  CHECK(second.seen() == "started 2");
  CHECK(other.seen() == "queued 1");
  CHECK(fixture.hub.stats().streams == 3);
  CHECK(fixture.hub.stats().jobs == 2);
}

TEST_CASE("the events of one turn go out in one send", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  const auto sends = fixture.hub.stats().sends;
  for (int i = 0; i < 8; ++i) fixture.events.publish(job, EventKind::progress);
  fixture.settle();
  CHECK(fixture.hub.stats().sends == sends + 1);
  client.read();
  CHECK(client.frames().size() == 10);
}

TEST_CASE("after a terminal event the client gets everything, then the end", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  fixture.events.publish(job, EventKind::succeeded);
  fixture.settle();
  client.read();
  CHECK(client.seen() == "queued 1, succeeded 2");
  CHECK(client.saw_end);
  CHECK(fixture.hub.stats().streams == 1);
  client.close();
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
}

TEST_CASE("a client that does not close after the end is closed for", "[relay]") {
  relay::HubOptions options;
  options.close_linger = 5ms;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::failed);
  Client client;
  fixture.open(client, {job});
  CHECK(client.saw_end);
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
}

TEST_CASE("a client that leaves is forgotten, and its job is no longer watched a little later", "[relay]") {
  relay::HubOptions options;
  options.unwatch_after = 5ms;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  client.close();
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
  fixture.turn_until([&] { return fixture.events.watched().empty(); });
  CHECK(fixture.hub.stats().jobs == 0);

  Client again;
  fixture.open(again, {job});
  CHECK(again.seen() == "queued 1");
}

TEST_CASE("a client that comes back at once finds its job still watched", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  client.close();
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
  CHECK(fixture.events.watched().size() == 1);
  fixture.events.publish(job, EventKind::started);
  Client again;
  fixture.open(again, {job, 1});
  CHECK(again.seen() == "started 2");
}

TEST_CASE("a quiet stream hears a heartbeat, again and again", "[relay]") {
  relay::HubOptions options;
  options.heartbeat = 10ms;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  fixture.turn_until([&] {
    client.read();
    return client.text.find(": hb\n\n: hb\n\n: hb\n\n") != std::string::npos;
  });
}

TEST_CASE("a stream that takes no byte for a heartbeat's time is cut", "[relay]") {
  relay::HubOptions options;
  options.heartbeat = 10ms;
  options.stream.pending_bytes = 1'000'000;
  options.stream.send_buffer_bytes = 4096;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  for (Seq seq = 2; seq < 100; ++seq) fixture.hub.on_event(big_event(seq, EventKind::retrying));
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
  CHECK(fixture.hub.stats().slow_disconnects == 1);
}

TEST_CASE("an event that comes in the very turn of a heartbeat is no reason to cut the stream", "[relay]") {
  relay::HubOptions options;
  options.heartbeat = 10ms;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begun < 30ms) continue;  // the loop is held up: everything is due at once
  fixture.loop.post([&] {
    fixture.events.publish(job, EventKind::started);
    fixture.events.settle();
  });
  fixture.loop.turn(0ms);
  client.read();
  CHECK(client.seen() == "queued 1, started 2");
  CHECK_FALSE(client.saw_end);
  CHECK(fixture.hub.stats().slow_disconnects == 0);
}

TEST_CASE("a slow client loses stale progress, never anything else", "[relay]") {
  relay::HubOptions options;
  options.stream.send_buffer_bytes = 4096;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  Seq seq = 1;
  fixture.hub.on_event(big_event(++seq, EventKind::started));
  for (int i = 0; i < 200; ++i) {
    fixture.hub.on_event(big_event(++seq, EventKind::progress));
    if (i == 150) fixture.hub.on_event(big_event(++seq, EventKind::retrying));
    fixture.loop.turn(0ms);
  }
  const Seq newest_progress = seq;
  fixture.hub.on_event(big_event(++seq, EventKind::failed));
  CHECK(fixture.hub.stats().dropped_progress > 100);
  fixture.turn_until([&] {
    client.read();
    return client.saw_end;
  });
  CHECK(fixture.hub.stats().slow_disconnects == 0);
  Seq last = 0;
  bool saw_retrying = false;
  bool saw_newest = false;
  for (const auto& frame : client.frames()) {
    if (!frame.id) continue;
    CHECK(*frame.id > last);
    last = *frame.id;
    saw_retrying = saw_retrying || frame.event == "retrying";
    saw_newest = saw_newest || frame.id == newest_progress;
    if (frame.event != "queued") CHECK(frame.data == filler());
  }
  CHECK(saw_retrying);
  CHECK(saw_newest);
  CHECK(client.frames().back().event == "failed");
}

TEST_CASE("a slow client of events that may not be dropped is cut, and the others are not", "[relay]") {
  relay::HubOptions options;
  options.stream.send_buffer_bytes = 4096;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client slow;
  Client quick;
  fixture.open(slow, {job});
  fixture.open(quick, {job});
  for (Seq seq = 2; seq < 200; ++seq) {
    fixture.hub.on_event(big_event(seq, EventKind::retrying));
    fixture.loop.turn(0ms);
    quick.read();
  }
  CHECK(fixture.hub.stats().slow_disconnects == 1);
  CHECK(fixture.hub.stats().streams == 1);
  CHECK(quick.frames().back().id == 199);
}

TEST_CASE("what a client sends on its stream is ignored, up to a bound", "[relay]") {
  relay::HubOptions options;
  options.stream.ignored_input_bytes = 100;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  client.send("GET / HTTP/1.1\r\n\r\n");
  fixture.events.publish(job, EventKind::started);
  fixture.settle();
  client.read();
  CHECK(client.seen() == "queued 1, started 2");
  client.send(std::string(200, 'x'));
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
}

TEST_CASE("draining ends each stream with a retry, and later ones at once", "[relay]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open(client, {job});
  fixture.hub.drain();
  fixture.settle();
  client.read();
  CHECK(client.saw_end);
  CHECK(client.frames().size() == 3);
  CHECK_FALSE(client.frames().back().retry.empty());

  Client late;
  fixture.open(late, {job});
  CHECK(late.saw_end);
  CHECK(late.text.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  CHECK(late.frames().size() == 1);
  client.close();
  late.close();
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
}

TEST_CASE("a full hub tells a client to come back, in a way that EventSource obeys", "[relay]") {
  relay::HubOptions options;
  options.max_streams = 1;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client first;
  Client second;
  fixture.open(first, {job});
  fixture.open(second, {job});
  CHECK(second.saw_end);
  CHECK(second.text.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  CHECK(second.seen().empty());
  CHECK(first.seen() == "queued 1");
}

TEST_CASE("when as many jobs are watched as may be, those go on and another is told to come back", "[relay]") {
  relay::HubOptions options;
  options.max_jobs = 1;
  Fixture fixture(options);
  const JobId other{"job_00000000000000000000000002"};
  fixture.events.publish(job, EventKind::queued);
  fixture.events.publish(other, EventKind::queued);
  Client first;
  Client second;
  Client refused;
  fixture.open(first, {job});
  fixture.open(second, {job});
  fixture.open(refused, {other});
  CHECK(second.seen() == "queued 1");
  CHECK(refused.saw_end);
  CHECK(refused.text.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  CHECK_FALSE(refused.frames().at(0).retry.empty());
  int told = 0;
  const auto wait = fixture.hub.wait(other, 1, relay::News::end, [&] { ++told; });
  fixture.settle();
  CHECK(told == 1);  // as if its time were up
  CHECK(fixture.events.watched().size() == 1);
}

TEST_CASE("a failed replay is tried again by itself", "[relay]") {
  relay::HubOptions options;
  options.replay_retry = 5ms;
  Fixture fixture(options);
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.hub.adopt(client.connect(), {job});
  fixture.events.step_live();
  fixture.events.lose_replays();
  fixture.events.step_replay_answer();
  fixture.turn_until([&] { return fixture.events.replays_wanted() == 1; });
  fixture.settle();
  client.read();
  CHECK(client.seen() == "queued 1");
}

TEST_CASE("streams of whoever may read them no more are ended within a heartbeat, however busy they are", "[relay]") {
  Fixture fixture({.heartbeat = 40ms});
  bool may_go_on = true;
  fixture.events.publish(job, EventKind::queued);
  fixture.events.publish(other_job, EventKind::queued);
  Client busy;
  fixture.open(busy, {.job = job, .may_go_on = [&] { return may_go_on; }});
  Client quiet;
  fixture.open(quiet, relay::JobsStreamRequest{{fixture.events.present(other_job)}, {}, [&] { return may_go_on; }});
  Client other;
  fixture.open(other, {.job = job});
  const auto go_on = [&] {
    fixture.events.publish(job, EventKind::progress);
    fixture.settle();
    for (Client* client : {&busy, &quiet, &other}) client->read();
  };
  for (int turns = 0; turns < 5; ++turns) go_on();
  CHECK_FALSE(busy.saw_end);
  CHECK_FALSE(quiet.saw_end);
  may_go_on = false;
  fixture.turn_until([&] {
    go_on();
    return busy.saw_end && quiet.saw_end;
  });
  CHECK_FALSE(other.saw_end);
}
