// The feed on a real Redis: readers that come and go, while jobs end and Redis dies under them.
#include <sys/socket.h>

#include <array>
#include <list>
#include <random>
#include <string>

#include "queue/feed_reader.hpp"
#include "queue/job_events.hpp"
#include "queue/job_queue.hpp"
#include "queue/lease_queue.hpp"
#include "relay/hub.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/unit/relay/reader.hpp"

using namespace platen;
using namespace std::chrono_literals;

namespace {

/// A client that keeps the last position, and comes back with it.
class Client {
 public:
  Client(relay::Hub& hub, std::optional<FeedPosition> after) : hub_(hub), after_(after) { connect(); }

  void read() {
    std::array<char, 4096> chunk;
    ssize_t got = 0;
    while ((got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT)) > 0)
      text_.append(chunk.data(), static_cast<std::size_t>(got));
    const std::size_t body = text_.find("\r\n\r\n");
    if (body == std::string::npos) return;
    const auto frames = test::read_frames(std::string_view(text_).substr(body + 4));
    for (; taken_ < frames.size(); ++taken_) {
      REQUIRE(frames[taken_].event != "reset");
      if (frames[taken_].word_id.empty()) continue;
      after_ = parse_feed_position(frames[taken_].word_id);
      if (!frames[taken_].event.empty()) seen_.push_back(*after_);
    }
    if (got == 0) connect();
  }
  void connect() {
    std::array<int, 2> pair{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) == 0);
    socket_ = Fd(pair[0]);
    text_.clear();
    taken_ = 0;
    hub_.adopt(Fd(pair[1]), relay::FeedStreamRequest{{.tenant = default_tenant(), .after = after_}});
  }
  [[nodiscard]] const std::vector<FeedPosition>& seen() const noexcept { return seen_; }

 private:
  relay::Hub& hub_;
  std::optional<FeedPosition> after_;
  Fd socket_;
  std::string text_;
  std::size_t taken_ = 0;
  std::vector<FeedPosition> seen_;
};

struct FeedFixture {
  /// A job from its submission to its end, however often Redis has to be asked.
  void run_a_job() {
    Submission submission;
    submission.id = new_job_id();
    submission.title = "Orders";
    submission.spec = "{}";
    test::eventually([&] { return queue.submit(submission).has_value(); });
    const std::string nonce = submission.id.text;
    const Lease lease = test::eventually([&]() -> std::optional<Lease> {
      const auto claim = worker.claim({"w1"}, nonce);
      return claim && *claim ? std::optional((*claim)->lease) : std::nullopt;
    });
    Artifact artifact;
    artifact.name = lease.job.text + ".1.pdf";
    artifact.filename = "Orders.pdf";
    test::eventually([&] { return worker.complete(lease, artifact).has_value(); });
  }
  std::vector<FeedPosition> all() {
    queue::RedisFeedReader reader(commands);
    const auto page = reader.read_feed(default_tenant(), FeedPosition::beginning(), 10'000);
    REQUIRE(page);
    std::vector<FeedPosition> positions;
    for (const FeedEvent& event : page->events) positions.push_back(event.position);
    return positions;
  }

  test::RedisServer server;
  redis::Connection commands{server.url()};
  queue::RedisJobQueue queue{commands};
  queue::RedisLeaseQueue worker{commands, server.url()};
  Loop loop;
  queue::RedisJobEvents events{loop, server.url()};
  test::PlainSigner signer;
  relay::Hub hub{loop, {events, events}, signer, {}};
};

}  // namespace

TEST_CASE("readers of the feed miss nothing and see nothing twice while they reconnect and Redis is killed",
          "[relay][feed]") {
  FeedFixture f;
  std::mt19937 random(20260301);
  std::list<Client> clients;
  clients.emplace_back(f.hub, FeedPosition::beginning());
  for (int i = 0; i < 60; ++i) {
    f.run_a_job();
    for (unsigned turns = random() % 4; turns > 0; --turns) f.loop.turn(1ms);
    if (i % 10 == 0) clients.emplace_back(f.hub, FeedPosition::beginning());
    for (Client& client : clients) {
      client.read();
      if (random() % 8 == 0) client.connect();
    }
    if (i % 25 == 20) {
      f.server.kill9();
      clients.emplace_back(f.hub, FeedPosition::beginning());  // while Redis is away
      f.loop.turn(1ms);
      f.server.restart();
    }
  }
  const std::vector<FeedPosition> all = f.all();
  REQUIRE(all.size() >= 180);
  for (Client& client : clients) {
    test::eventually([&] {
      f.loop.turn(2ms);
      for (Client& each : clients) each.read();
      return client.seen().size() >= all.size();
    });
    CHECK(client.seen() == all);
  }
}

TEST_CASE("who begins now sees all that comes after it was told where that is", "[relay][feed]") {
  FeedFixture f;
  f.run_a_job();
  Client client(f.hub, std::nullopt);
  const std::size_t before = f.all().size();
  test::eventually([&] {
    f.run_a_job();
    f.loop.turn(2ms);
    client.read();
    return !client.seen().empty();
  });
  const std::vector<FeedPosition> all = f.all();
  test::eventually([&] {
    f.loop.turn(2ms);
    client.read();
    return client.seen().back() == all.back();
  });
  CHECK(client.seen().size() <= all.size() - before);
  CHECK(std::equal(client.seen().begin(), client.seen().end(),
                   all.end() - static_cast<std::ptrdiff_t>(client.seen().size())));
}
