// The relay on a real Redis that has sent more than one turn of the loop takes.
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "queue/job_events.hpp"
#include "queue/job_queue.hpp"
#include "relay/hub.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/unit/relay/reader.hpp"

using namespace platen;
using namespace std::chrono_literals;

namespace {

/// A stream's client, and what it has read.
class Client {
 public:
  Client(relay::Hub& hub, const JobId& job) {
    std::array<int, 2> pair{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) == 0);
    socket_ = Fd(pair[0]);
    hub.adopt(Fd(pair[1]), relay::StreamRequest{job});
  }

  void read() {
    std::array<char, 65536> chunk;
    ssize_t got = 0;
    while ((got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT)) > 0)
      text_.append(chunk.data(), static_cast<std::size_t>(got));
  }
  [[nodiscard]] bool has(std::string_view end) const { return text_.ends_with(end); }
  /// The ids of its events, in the order in which they came.
  [[nodiscard]] std::vector<Seq> ids() const {
    std::vector<Seq> ids;
    for (const test::ReadFrame& frame : test::read_frames(std::string_view(text_).substr(text_.find("\r\n\r\n") + 4)))
      if (frame.id) ids.push_back(*frame.id);
    return ids;
  }

 private:
  Fd socket_;
  std::string text_;
};

struct OverloadFixture {
  void open(int count) {
    for (int i = 0; i < count; ++i) {
      Submission submission;
      submission.id = new_job_id();
      submission.title = "Orders";
      submission.spec = "{}";
      REQUIRE(queue.submit(submission));
      jobs.push_back(submission.id);
      clients.emplace_back(hub, submission.id);
    }
    for (Client& client : clients)
      turn_until([&] {
        client.read();
        return client.has("id: 1\n\n");
      });
  }
  /// Progress of every job up to `last`, in turn, and then that it was canceled; all of it in one call, so that no turn
  /// comes between.
  void publish(Seq last, std::size_t bytes) {
    std::vector<std::string> command{"EVAL", R"(
      local data = '{"pad":"' .. string.rep('x', tonumber(ARGV[2])) .. '"}'
      for seq = 2, tonumber(ARGV[1]) do
        for i = 3, #ARGV do redis.call('PUBLISH', ARGV[i], seq .. ' progress ' .. data) end
      end
      for i = 3, #ARGV do redis.call('PUBLISH', ARGV[i], ARGV[1] + 1 .. ' canceled {}') end)",
                                     "0", std::to_string(last), std::to_string(bytes)};
    for (const JobId& job : jobs) command.push_back(queue::Keys().events(job));
    (void)server(command);
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
  Loop loop;
  queue::RedisJobEvents events{loop, server.url()};
  test::PlainSigner signer;
  relay::Hub hub{loop, {events, events}, signer, {}};
  std::vector<JobId> jobs;
  std::deque<Client> clients;
};

}  // namespace

TEST_CASE("what Redis has sent beyond one turn reaches every stream, each event once and in order",
          "[relay][overload]") {
  constexpr Seq last = 51;
  OverloadFixture fixture;
  fixture.open(400);
  const relay::Stats before = fixture.hub.stats();
  fixture.publish(last, 200);  // 6 MB, of which a turn takes one
  const std::uint64_t all = fixture.jobs.size() * last;
  fixture.turn_until([&] { return fixture.hub.stats().events > before.events; });
  CHECK(fixture.hub.stats().events - before.events < all);
  std::vector<Seq> expected;
  for (Seq seq = 1; seq <= last + 1; ++seq) expected.push_back(seq);
  for (Client& client : fixture.clients) {
    fixture.turn_until([&] {
      client.read();
      return client.has(fmt::format("id: {}\n\n", last + 1));
    });
    CHECK(client.ids() == expected);
  }
  const relay::Stats after = fixture.hub.stats();
  CHECK(after.events - before.events == all);
  CHECK(after.frames - before.frames == all);
  CHECK(after.sends - before.sends < all / 2);  // of one turn they share it
  CHECK(after.dropped_progress == 0);
  CHECK(after.slow_disconnects == 0);
  CHECK(after.replays == before.replays);  // nothing had to be asked for again
}

TEST_CASE("of more than a stream holds only progress is left out, and never the newest or the end",
          "[relay][overload]") {
  constexpr Seq last = 5'000;
  OverloadFixture fixture;
  fixture.open(4);
  fixture.publish(last, 400);
  for (Client& client : fixture.clients) {
    // Nobody reads before all has come.
    fixture.turn_until([&] { return fixture.hub.stats().events >= fixture.jobs.size() * last; });
    fixture.turn_until([&] {
      client.read();
      return client.has(fmt::format("id: {}\n\n", last + 1));
    });
    const std::vector<Seq> ids = client.ids();
    CHECK(std::is_sorted(ids.begin(), ids.end()));
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
    CHECK(ids.size() < last);
    CHECK(ids.at(ids.size() - 2) == last);
  }
  const relay::Stats stats = fixture.hub.stats();
  CHECK(stats.dropped_progress > 0);
  CHECK(stats.slow_disconnects == 0);
}
