// What the relay costs: processor time a delivery and memory a stream, over socket pairs and an imagined Redis.
//
//   hub_bench [streams]          default 4000 (two descriptors each)
//
// The readers share the process; their own time is taken out by measuring the relay's turns alone.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/socket.h>
#include <time.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "relay/hub.hpp"
#include "tests/support/fake_events.hpp"
#include "tests/support/fake_feed.hpp"
#include "tests/unit/relay/reader.hpp"

namespace {

using namespace platen;

constexpr int progress_events = 20;

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::size_t heap_bytes() { return ::mallinfo2().uordblks; }

class Bench {
 public:
  explicit Bench(std::size_t streams) : streams_(streams) {}

  void run(std::size_t jobs, std::string_view name) {
    Loop loop;
    test::FakeEvents events;
    test::FakeFeed feed;
    test::PlainSigner signer;
    relay::Hub hub(loop, {events, feed}, signer, {});
    std::vector<JobId> ids;
    for (std::size_t i = 0; i < jobs; ++i) {
      ids.push_back(new_job_id());
      events.publish(ids.back(), EventKind::queued);
    }
    const std::vector<Fd> clients = connect(loop, events, hub, ids, name);
    for (const int batch : {1, 8}) measure(loop, events, hub, ids, clients, batch);
  }

 private:
  std::vector<Fd> connect(Loop& loop, test::FakeEvents& events, relay::Hub& hub, const std::vector<JobId>& ids,
                          std::string_view name) const {
    std::vector<Fd> clients;
    clients.reserve(streams_);
    std::vector<Fd> servers;
    servers.reserve(streams_);
    for (std::size_t i = 0; i < streams_; ++i) {
      std::array<int, 2> pair{};
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) != 0) {
        fmt::print(stderr, "no descriptors left after {} streams; see ulimit -n\n", i);
        std::exit(1);
      }
      clients.emplace_back(pair[0]);
      servers.emplace_back(pair[1]);
    }
    // The imagined Redis keeps what it needs from a first watch, so that only the relay's own memory counts.
    for (const JobId& id : ids) events.watch(id);
    const std::size_t before = heap_bytes();
    const double begun = cpu_seconds();
    for (std::size_t i = 0; i < streams_; ++i) hub.adopt(std::move(servers[i]), {ids[i % ids.size()]});
    events.settle();
    loop.turn(std::chrono::milliseconds(0));
    const double spent = cpu_seconds() - begun;
    events.settle();
    fmt::print("{}: {} streams of {} jobs; {:.2f} us to open one; {:.0f} bytes of heap a stream\n", name, streams_,
               ids.size(), spent * 1e6 / static_cast<double>(streams_),
               static_cast<double>(heap_bytes() - before) / static_cast<double>(streams_));
    drain(clients);
    return clients;
  }

  void measure(Loop& loop, test::FakeEvents& events, relay::Hub& hub, const std::vector<JobId>& ids,
               const std::vector<Fd>& clients, int batch) const {
    const relay::Stats before = hub.stats();
    double spent = 0;
    for (int round = 0; round < progress_events; ++round) {
      std::vector<Event> published;
      for (int i = 0; i < batch; ++i)
        for (const JobId& id : ids) published.push_back(events.publish(id, EventKind::progress));
      const double begun = cpu_seconds();
      events.settle();
      loop.turn(std::chrono::milliseconds(0));
      spent += cpu_seconds() - begun;
      drain(clients);
    }
    const relay::Stats after = hub.stats();
    const auto deliveries = static_cast<double>(after.frames - before.frames);
    fmt::print("  {} event{} a turn: {:.2f} us a delivery, {:.0f} deliveries/s on one core, {:.2f} sends a delivery\n",
               batch, batch == 1 ? "" : "s", spent * 1e6 / deliveries, deliveries / spent,
               static_cast<double>(after.sends - before.sends) / deliveries);
  }

  static void drain(const std::vector<Fd>& clients) {
    std::array<char, 65536> buffer;
    for (const Fd& client : clients)
      while (::recv(client.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
      }
  }

  std::size_t streams_;
};

}  // namespace

int main(int count, char** arguments) {
  const std::size_t streams = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 4000;
  Bench bench(streams);
  bench.run(1, "one job");
  bench.run(streams, "a job each");
}
