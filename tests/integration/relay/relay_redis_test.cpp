// The relay on a real Redis: clients' streams while the job goes on, and while Redis dies under them.
#include <sys/socket.h>

#include <array>
#include <list>
#include <string>

#include "queue/job_events.hpp"
#include "queue/job_queue.hpp"
#include "queue/lease_queue.hpp"
#include "relay/hub.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/websocket_frames.hpp"
#include "tests/unit/relay/reader.hpp"

using namespace platen;
using namespace std::chrono_literals;

namespace {

constexpr Seq events_of_a_whole_job = 12;

/// A client that comes back with its last id whenever its stream ends before the job does.
class Client {
 public:
  Client(relay::Hub& hub, JobId job, Seq after, relay::Protocol protocol = relay::Protocol::sse)
      : hub_(hub), job_(std::move(job)), protocol_(protocol), last_(after) {
    connect();
  }

  /// Reads what there is; true once the terminal event was seen. Each event must follow the one before.
  bool read() {
    std::array<char, 4096> chunk;
    ssize_t got = 0;
    while ((got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT)) > 0)
      text_.append(chunk.data(), static_cast<std::size_t>(got));
    const std::size_t body = text_.find("\r\n\r\n");
    if (body == std::string::npos) return false;
    const auto frames = read_frames(std::string_view(text_).substr(body + 4));
    for (; taken_ < frames.size(); ++taken_) {
      if (!frames[taken_].id) continue;
      REQUIRE(frames[taken_].event != "reset");
      REQUIRE(*frames[taken_].id == last_ + 1);
      last_ = *frames[taken_].id;
      ended_ = ended_ || frames[taken_].event == "succeeded";
    }
    if (got == 0 && !ended_) connect();
    return ended_;
  }
  [[nodiscard]] Seq last() const noexcept { return last_; }
  /// Leaves and comes back, as after a lost network.
  void reconnect() { connect(); }

 private:
  [[nodiscard]] std::vector<test::ReadFrame> read_frames(std::string_view text) const {
    if (protocol_ == relay::Protocol::sse) return test::read_frames(text);
    std::vector<test::ReadFrame> frames;
    for (const test::ServerFrame& frame : test::take_frames(text)) {
      const std::size_t id = frame.payload.find(R"(,"id":)");
      const std::size_t event = frame.payload.find(R"(,"event":")");
      if (frame.opcode != test::opcode::text || id == std::string::npos) continue;
      const std::string name = frame.payload.substr(event + 10);
      frames.push_back({.id = std::stoull(frame.payload.substr(id + 6)), .event = name.substr(0, name.find('"'))});
    }
    return frames;
  }
  void connect() {
    std::array<int, 2> pair{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) == 0);
    socket_ = Fd(pair[0]);
    text_.clear();
    taken_ = 0;
    hub_.adopt(Fd(pair[1]), relay::StreamRequest{job_, last_, {}, protocol_});
  }

  relay::Hub& hub_;
  JobId job_;
  relay::Protocol protocol_;
  Seq last_;
  Fd socket_;
  std::string text_;
  std::size_t taken_ = 0;
  bool ended_ = false;
};

struct RelayFixture {
  JobId submit() {
    Submission submission;
    submission.id = new_job_id();
    submission.title = "Orders";
    submission.spec = "{}";
    REQUIRE(queue.submit(submission));
    return submission.id;
  }
  void begin() {
    auto claim = worker.claim({"w1"}, "nonce");
    REQUIRE(claim);
    REQUIRE(*claim);
    lease = (*claim)->lease;
  }
  /// One progress event, however often Redis has to be asked.
  void advance() {
    Progress progress;
    progress.done = ++rows;
    test::eventually([&] { return worker.renew(lease, progress).has_value(); });
  }
  void finish() {
    Artifact artifact;
    artifact.name = lease.job.text + ".1.pdf";
    artifact.filename = "Orders.pdf";
    test::eventually([&] { return worker.complete(lease, artifact).has_value(); });
  }
  template <class Condition>
  void turn_until(Condition holds) {
    test::eventually([&] {
      loop.turn(2ms);
      return holds();
    });
  }

  test::RedisServer server;
  redis::Connection commands{server.url()};
  queue::RedisJobQueue queue{commands};
  queue::RedisLeaseQueue worker{commands, server.url()};
  Loop loop;
  queue::RedisJobEvents events{loop, server.url()};
  test::PlainSigner signer;
  relay::Hub hub{loop, {events, events}, signer, {}};
  Lease lease;
  std::uint64_t rows = 0;
};

}  // namespace

TEST_CASE("a client that resumes at any event gets those after it, once and in order", "[relay]") {
  RelayFixture fixture;
  const JobId job = fixture.submit();
  fixture.begin();
  std::list<Client> clients;
  // Each joins while the job goes on, and claims to have seen everything up to now but the last few.
  while (fixture.queue.find(default_tenant(), job)->seq < events_of_a_whole_job - 1) {
    const Seq now = fixture.queue.find(default_tenant(), job)->seq;
    for (Seq after = 0; after <= now; ++after)
      for (const auto protocol : {relay::Protocol::sse, relay::Protocol::websocket})
        clients.emplace_back(fixture.hub, job, after, protocol);
    fixture.loop.turn(0ms);
    fixture.advance();
  }
  fixture.finish();
  for (Client& client : clients) {
    fixture.turn_until([&] { return client.read(); });
    CHECK(client.last() == events_of_a_whole_job);
  }
  // And after the end, all of it from history.
  for (Seq after = 0; after < events_of_a_whole_job; ++after) {
    Client late(fixture.hub, job, after);
    fixture.turn_until([&] { return late.read(); });
    CHECK(late.last() == events_of_a_whole_job);
  }
}

TEST_CASE("Redis killed in the middle of a stream costs no event and doubles none", "[relay]") {
  RelayFixture fixture;
  const JobId job = fixture.submit();
  fixture.begin();
  std::list<Client> clients;
  clients.emplace_back(fixture.hub, job, 0);
  for (int round = 0; round < 3; ++round) {
    fixture.advance();
    clients.emplace_back(fixture.hub, job, 0);
    clients.emplace_back(fixture.hub, job, 0, relay::Protocol::websocket);
    fixture.loop.turn(1ms);
    fixture.server.kill9();
    clients.emplace_back(fixture.hub, job, 0);  // while Redis is away
    clients.emplace_back(fixture.hub, job, 0, relay::Protocol::websocket);
    clients.front().reconnect();
    fixture.loop.turn(1ms);
    fixture.server.restart();
    fixture.advance();
  }
  fixture.finish();
  const Seq end = fixture.queue.find(default_tenant(), job)->seq;
  for (Client& client : clients) {
    fixture.turn_until([&] {
      for (Client& each : clients) (void)each.read();
      return client.read();
    });
    CHECK(client.last() == end);
  }
}

TEST_CASE("a Redis that comes back with less than was seen shows as a reset", "[relay]") {
  RelayFixture fixture;
  const JobId job = fixture.submit();
  std::array<int, 2> pair{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) == 0);
  const Fd client(pair[0]);
  fixture.hub.adopt(Fd(pair[1]), relay::StreamRequest{job, 9});  // as if it had been at 9 before
  std::string text;
  fixture.turn_until([&] {
    std::array<char, 4096> chunk;
    const ssize_t got = ::recv(client.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got > 0) text.append(chunk.data(), static_cast<std::size_t>(got));
    return text.find("\nevent: reset\n") != std::string::npos && text.ends_with("\nid: 1\n\n");
  });
}
