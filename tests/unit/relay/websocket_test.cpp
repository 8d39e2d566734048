// WebSockets of one job: the same source as the event streams, other frames.
#include "relay/hub.hpp"
#include "tests/support/websocket_frames.hpp"
#include "tests/unit/relay/hub_fixture.hpp"

using namespace platen;
using namespace std::chrono_literals;
using test::Client;
using test::client_frame;
using test::ServerFrame;

namespace {

const JobId job{"job_00000000000000000000000001"};

std::vector<ServerFrame> frames_of(const Client& client) {
  return test::take_frames(std::string_view(client.text).substr(client.head().size()));
}

/// The texts' events and the Close's code, as `queued 1, started 2, close 1000`; a ping as `ping`.
std::string seen(const Client& client) {
  std::string outline;
  for (const ServerFrame& frame : frames_of(client)) {
    if (!outline.empty()) outline += ", ";
    if (frame.opcode == test::opcode::close) outline.append("close ").append(std::to_string(frame.code()));
    if (frame.opcode == test::opcode::ping) outline += "ping";
    if (frame.opcode == test::opcode::pong) outline.append("pong ").append(frame.payload);
    if (frame.opcode != test::opcode::text) continue;
    const auto after = [&](std::string_view name, char end) {
      const std::size_t at = frame.payload.find(name);
      if (at == std::string::npos) return std::string();
      return frame.payload.substr(at + name.size(), frame.payload.find(end, at + name.size()) - at - name.size());
    };
    outline += after(R"("event":")", '"');
    if (const std::string id = after(R"("id":)", ','); !id.empty()) outline.append(" ").append(id);
  }
  return outline;
}

struct Fixture : test::HubFixture {
  using test::HubFixture::HubFixture;

  void open_socket(Client& client, Seq after = 0, std::string input = {}) {
    open(client,
         relay::StreamRequest{job, after, "Sec-WebSocket-Accept: x\r\n", relay::Protocol::websocket, std::move(input)});
  }
  void publish(Client& client, EventKind kind) {
    events.publish(job, kind);
    settle();
    client.read();
  }
  /// Lets the hub answer what the client said.
  void say(Client& client, std::string_view bytes) {
    client.send(bytes);
    loop.turn(0ms);
    client.read();
  }
};

}  // namespace

TEST_CASE("a WebSocket gets its job's events as messages and is closed after the last", "[websocket]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open_socket(client);
  CHECK(client.head() ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        "x\r\n\r\n");
  fixture.publish(client, EventKind::started);
  CHECK_FALSE(client.saw_end);
  fixture.publish(client, EventKind::succeeded);
  CHECK(seen(client) == "queued 1, started 2, succeeded 3, close 1000");
  CHECK(client.saw_end);
  const std::string last = frames_of(client)[2].payload;
  CHECK(last.rfind(R"({"job":")" + job.text + R"(","id":3,"event":"succeeded","data":{)", 0) == 0);
  CHECK(last.find("/d/" + job.text) != std::string::npos);
}

TEST_CASE("a WebSocket goes on after what its client has seen, and who has seen the end is closed at once",
          "[websocket]") {
  Fixture fixture;
  for (const EventKind kind : {EventKind::queued, EventKind::started, EventKind::failed})
    fixture.events.publish(job, kind);
  Client late;
  fixture.open_socket(late, 1);
  CHECK(seen(late) == "started 2, failed 3, close 1000");
  Client done;
  fixture.open_socket(done, 3);
  CHECK(seen(done) == "close 1000");
  CHECK(done.saw_end);
}

TEST_CASE("the frames of one event are the same bytes for all WebSockets, beside event streams", "[websocket]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client first;
  Client second;
  Client stream;
  fixture.open_socket(first);
  fixture.open_socket(second);
  fixture.open(stream, relay::StreamRequest{job});
  fixture.events.publish(job, EventKind::started);
  fixture.settle();
  for (Client* client : {&first, &second, &stream}) client->read();
  CHECK(first.text == second.text);
  CHECK(seen(first) == "queued 1, started 2");
  CHECK(stream.seen() == "queued 1, started 2");
}

TEST_CASE("when full or draining, a WebSocket is opened and told why it is closed", "[websocket]") {
  Fixture fixture({.max_streams = 1});
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open_socket(client);
  Client refused;
  fixture.open_socket(refused);
  CHECK(seen(refused) == "close 1013");
  CHECK(refused.saw_end);
  fixture.hub.drain();
  fixture.settle();
  client.read();
  CHECK(seen(client) == "queued 1, close 1001");
  CHECK(client.saw_end);
  Client late;
  fixture.open_socket(late);
  CHECK(seen(late) == "close 1001");
}

TEST_CASE("pings are answered, a Close is echoed, and both may come with the handshake", "[websocket]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open_socket(client, 0, client_frame(test::opcode::ping, "early"));
  CHECK(seen(client).find("pong early") != std::string::npos);
  fixture.say(client, client_frame(test::opcode::close, test::close_payload(1000)));
  CHECK(frames_of(client).back().code() == 1000);
  CHECK(client.saw_end);
  client.close();
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
}

TEST_CASE("a client's frame against the protocol closes its WebSocket alone", "[websocket]") {
  Fixture fixture;
  fixture.events.publish(job, EventKind::queued);
  Client bad;
  Client good;
  fixture.open_socket(bad);
  fixture.open_socket(good);
  fixture.say(bad, client_frame(test::opcode::text, "x", {.is_masked = false}));
  CHECK(seen(bad) == "queued 1, close 1002");
  fixture.publish(good, EventKind::started);
  CHECK(seen(good) == "queued 1, started 2");
}

TEST_CASE("on its own path a client may say a little, which nobody hears, and not much", "[websocket]") {
  Fixture fixture({.stream = {.ignored_input_bytes = 100}});
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open_socket(client);
  fixture.say(client, client_frame(test::opcode::text, std::string(90, 'x')));
  CHECK(seen(client) == "queued 1");
  fixture.say(client, client_frame(test::opcode::text, std::string(20, 'x')));
  CHECK(seen(client) == "queued 1, close 1008");
}

TEST_CASE("a message that is begun is finished in time or comes at the least rate, or it is the last", "[websocket]") {
  Fixture fixture({.stream = {.message_window = 60ms, .least_window_bytes = 50}});
  fixture.events.publish(job, EventKind::queued);
  const std::string begun = client_frame(test::opcode::text, std::string(1000, 'x'));
  const std::string fragment = client_frame(test::opcode::text, "x", {.is_final = false});
  // One byte of a frame; a fragment; a fragment, and then pings; drops of a long message.
  for (const auto& [first, more] :
       std::vector<std::pair<std::string, std::string>>{{begun.substr(0, 1), ""},
                                                        {fragment, ""},
                                                        {fragment, client_frame(test::opcode::ping, "")},
                                                        {begun.substr(0, 100), "x"}}) {
    CAPTURE(first.size(), more.size());
    Client client;
    fixture.open_socket(client);
    client.send(first);
    auto last = std::chrono::steady_clock::now();
    fixture.turn_until([&] {
      client.read();
      const auto now = std::chrono::steady_clock::now();  // below the least rate, however fast the turns are
      if (!client.saw_end && !more.empty() && now - last >= 15ms && seen(client).find("close") == std::string::npos) {
        client.send(more);
        last = now;
      }
      return client.saw_end;
    });
    CHECK(seen(client).ends_with("close 1008"));
    client.close();
  }
  fixture.turn_until([&] { return fixture.hub.stats().streams == 0; });
}

TEST_CASE("a slow message at the least rate is waited for, and whole ones one after the other always are",
          "[websocket]") {
  Fixture fixture({.stream = {.ignored_input_bytes = 16'000'000, .message_window = 1s, .least_window_bytes = 1000}});
  fixture.events.publish(job, EventKind::queued);
  Client slow;
  fixture.open_socket(slow);
  Client steady;
  fixture.open_socket(steady);
  const std::string message = client_frame(test::opcode::text, std::string(8'000'000, 'x'));
  const std::string small = client_frame(test::opcode::text, "x");
  std::size_t at = 0;
  steady.send(small.substr(0, 1));
  const auto begun = std::chrono::steady_clock::now();
  fixture.turn_until([&] {
    const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - begun;
    if (static_cast<double>(at) < passed.count() * 100) {  // a hundred times the least, and never all of it
      slow.send(std::string_view(message).substr(at, 1000));
      at += 1000;
    }
    steady.send(small.substr(1) + small.substr(0, 1));  // the next one has always begun
    slow.read();
    steady.read();
    return passed > 1500ms || slow.saw_end || steady.saw_end;
  });
  CHECK_FALSE(slow.saw_end);
  CHECK_FALSE(steady.saw_end);
  CHECK(seen(slow) == "queued 1");
  CHECK(seen(steady) == "queued 1");
}

TEST_CASE("an idle WebSocket lives for as long as its client answers pings", "[websocket]") {
  Fixture fixture({.heartbeat = 20ms, .stream = {.ignored_input_bytes = 50}});
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open_socket(client);
  std::size_t answered = 0;
  fixture.turn_until([&] {
    client.read();
    const std::size_t pings = frames_of(client).size() - 1;
    for (; answered < pings; ++answered) client.send(client_frame(test::opcode::pong, ""));
    return answered == 40;  // more bytes than a client of this path may say otherwise
  });
  CHECK_FALSE(client.saw_end);
  CHECK(fixture.hub.stats().streams == 1);
}

TEST_CASE("a client that answers two pings with nothing at all is cut off", "[websocket]") {
  Fixture fixture({.heartbeat = 20ms});
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open_socket(client);
  fixture.turn_until([&] {
    client.read();
    return client.saw_end;
  });
  CHECK(seen(client) == "queued 1, ping, ping");
  CHECK(fixture.hub.stats().slow_disconnects == 1);
}

TEST_CASE("a client that reads nothing loses progress, then all but a Close that tells it to come back",
          "[websocket]") {
  Fixture fixture({.stream = {.pending_bytes = 2048, .send_buffer_bytes = 4096}});
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open_socket(client);
  for (int i = 0; i < 2000; ++i) {
    fixture.events.publish(job, EventKind::progress);
    fixture.settle();
  }
  CHECK(fixture.hub.stats().dropped_progress > 0);
  CHECK(fixture.hub.stats().slow_disconnects == 0);
  for (int i = 0; i < 200 && fixture.hub.stats().slow_disconnects == 0; ++i) {
    fixture.events.publish(job, EventKind::retrying);
    fixture.settle();
  }
  CHECK(fixture.hub.stats().slow_disconnects == 1);
  fixture.turn_until([&] {
    client.read();
    return client.saw_end;
  });
  const std::string all = seen(client);
  CHECK(all.ends_with(", close 1013"));
  CHECK(all.find("close") == all.rfind("close"));
}

TEST_CASE("a terminal event reaches a slow client, and then the Close", "[websocket]") {
  Fixture fixture({.stream = {.pending_bytes = 2048, .send_buffer_bytes = 4096}});
  fixture.events.publish(job, EventKind::queued);
  Client client;
  fixture.open_socket(client);
  for (int i = 0; i < 1000; ++i) {
    fixture.events.publish(job, EventKind::progress);
    fixture.settle();
  }
  fixture.events.publish(job, EventKind::succeeded);
  fixture.settle();
  fixture.turn_until([&] {
    client.read();
    return client.saw_end;
  });
  CHECK(seen(client).ends_with("succeeded 1002, close 1000"));
}
