// Drives a server of event streams from outside: opens streams, publishes events that carry the time, and prints what
// the server's processes cost and how late the events came. The same for every server, so that they can be compared.
//
//   relay_bench --url 'http://127.0.0.1:8080/v1/jobs/{}/events' --submit http://127.0.0.1:8080/v1/jobs
//               --redis 127.0.0.1:6379 --channel 'platen:{0}:events:{}' --event '{seq} progress {data}' --pid 4711
//               [--streams 10000] [--channels 10000] [--rate 10000] [--seconds 10]
//
// `{}` in a pattern is a channel's name: a number, or with --submit the id of a job that is posted for it. --rate is of
// events published a second, over all channels in turn; each reaches streams/channels streams. Instead of --redis and
// --channel, --publish URL posts each event there (nchan). Latency is from before the publish to after the read: the
// driver's own time is in it, alike for all. Servers are on 127.0.0.1.
#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "base/loop.hpp"

using namespace platen;
using Clock = std::chrono::steady_clock;

namespace {

struct Settings {
  std::string url, submit, redis, channel, publish, event = "{data}";
  std::vector<int> pids;
  std::size_t streams = 10'000, channels = 10'000, rate = 10'000;
  int seconds = 10;
};

[[noreturn]] void die(const std::string& why) {
  fmt::print(stderr, "relay_bench: {}\n", why);
  std::exit(1);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::int64_t nanoseconds() { return Clock::now().time_since_epoch().count(); }

struct Target {
  sockaddr_in address{};
  std::string host, path;
};

/// `http://HOST:PORT/path` or `HOST:PORT`; numbers only.
Target target_of(std::string_view url) {
  if (url.substr(0, 7) == "http://") url.remove_prefix(7);
  const std::size_t slash = std::min(url.find('/'), url.size());
  Target target;
  target.host = url.substr(0, slash);
  target.path = url.substr(slash);
  const std::size_t colon = target.host.find(':');
  target.address.sin_family = AF_INET;
  target.address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(target.host.substr(colon + 1))));
  if (::inet_pton(AF_INET, target.host.substr(0, colon).c_str(), &target.address.sin_addr) != 1)
    die("not an IPv4 address: " + target.host);
  return target;
}

/// To 127.0.0.1 from one of loopback's own addresses, by `client`'s number: with a crowd behind one address most of
/// the time to connect goes into the kernel's search for a free port, and it is that which would be measured.
Fd connect_to(const Target& target, std::size_t client = 0) {
  constexpr std::size_t clients_an_address = 1000;
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int one = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (target.address.sin_addr.s_addr == htonl(INADDR_LOOPBACK)) {
    ::setsockopt(socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(client / clients_an_address));
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0)
      die("cannot bind: " + errno_text(errno));
  }
  if (!socket ||
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&target.address), sizeof target.address) != 0)
    die("cannot connect to " + target.host + ": " + errno_text(errno));
  return socket;
}

/// Processor time in seconds, and resident memory in bytes, of all the server's processes.
struct Cost {
  double seconds = 0;
  double bytes = 0;
};

Cost cost_of(const std::vector<int>& pids) {
  Cost cost;
  for (const int pid : pids) {
    std::ifstream stat(fmt::format("/proc/{}/stat", pid));
    std::string text;
    std::getline(stat, text);
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string field;
    for (int i = 3; fields >> field && i <= 24; ++i) {
      if (i == 14 || i == 15) cost.seconds += std::stod(field) / static_cast<double>(::sysconf(_SC_CLK_TCK));
      if (i == 24) cost.bytes += std::stod(field) * static_cast<double>(::sysconf(_SC_PAGESIZE));
    }
  }
  return cost;
}

/// The ids of jobs posted for this, one after the other over one connection.
std::vector<std::string> submit_jobs(const Settings& settings) {
  const Target target = target_of(settings.submit);
  const Fd socket = connect_to(target);
  constexpr std::string_view body =
      R"({"report":{"title":"bench"},"data":{"rows":[{"a":1}]},"options":{"delay_seconds":86400}})";
  const std::string request =
      fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                  target.path, target.host, body.size(), body);
  std::vector<std::string> ids;
  std::string answer;
  char buffer[65536];
  while (ids.size() < settings.channels) {
    if (!write_all(socket, request)) die("submitting failed");
    answer.clear();
    std::size_t at = std::string::npos;
    while ((at = answer.find("\"id\":\"")) == std::string::npos || answer.back() != '}') {
      const ssize_t got = ::recv(socket.get(), buffer, sizeof buffer, 0);
      if (got <= 0) die("submitting failed: " + answer);
      answer.append(buffer, static_cast<std::size_t>(got));
    }
    at += 6;
    ids.push_back(answer.substr(at, answer.find('"', at) - at));
  }
  return ids;
}

/// What all streams saw. Threads: the reader's; read by others once that has ended.
struct Seen {
  std::size_t open = 0;
  std::size_t ended = 0;
  std::uint64_t events = 0;
  std::vector<std::int64_t> latencies;  ///< in ns
  bool counts = false;
};

/// One stream.
class Reader final : public Pollable {
 public:
  Reader(Loop& loop, const Target& target, std::size_t number, const std::string& path, Seen& seen)
      : seen_(seen), socket_(connect_to(target, number)) {
    const std::string request =
        fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n\r\n", path, target.host);
    if (!write_all(socket_, request)) die("a stream broke at its request");
    ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
    watch_ = loop.watch(socket_.get(), Interest::read, *this);
  }

  void on_ready(Readiness) override {
    static char buffer[262144];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      ++seen_.ended;
      return watch_.reset();
    }
    const std::string_view text(buffer, static_cast<std::size_t>(got));
    if (!is_open_) {
      is_open_ = true;
      if (text.substr(0, 12) != "HTTP/1.1 200") die("a stream was refused: " + std::string(text.substr(0, 200)));
      ++seen_.open;
    }
    take(text);
  }

 private:
  /// A time may be cut in two by a read; of such an event only the count is kept.
  void take(std::string_view text) {
    constexpr std::string_view mark = "\"t\":";
    const std::int64_t now = nanoseconds();
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at)) {
      at += mark.size();
      std::int64_t sent = 0;
      const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), sent);
      if (!seen_.counts) continue;
      ++seen_.events;
      if (error == std::errc() && end != text.data() + text.size() && *end == '}')
        seen_.latencies.push_back(now - sent);
    }
  }

  Seen& seen_;
  Fd socket_;
  Loop::Watch watch_;
  bool is_open_ = false;
};

/// Publishes at a rate, in steps of a millisecond. Threads: the one that runs it.
class Publisher {
 public:
  Publisher(const Settings& settings, const std::vector<std::string>& channels)
      : settings_(settings),
        channels_(channels),
        target_(target_of(settings.redis.empty() ? settings.publish : settings.redis)),
        socket_(connect_to(target_)),
        seqs_(channels.size(), 1) {}

  std::uint64_t run(int seconds) {
    const auto begun = Clock::now();
    std::uint64_t sent = 0;
    while (Clock::now() - begun < std::chrono::seconds(seconds)) {
      const double passed = std::chrono::duration<double>(Clock::now() - begun).count();
      const auto due = static_cast<std::uint64_t>(passed * static_cast<double>(settings_.rate));
      std::string batch;
      for (; sent < due && batch.size() < 60'000; ++sent) append(batch, next_++ % channels_.size());
      if (!batch.empty() && !write_all(socket_, batch)) die("publishing failed");
      drop_answers();
      if (sent >= due) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return sent;
  }

 private:
  void append(std::string& batch, std::size_t index) {
    const std::uint64_t seq = ++seqs_[index];
    const std::string data = fmt::format(
        R"({{"job":"{}","seq":{},"status":"running","progress":{{"stage":"render","done":{},"total":100000,"percent":24.0}},"t":{}}})",
        channels_[index], seq, seq, nanoseconds());
    const std::string event = replaced(replaced(settings_.event, "{seq}", std::to_string(seq)), "{data}", data);
    if (settings_.redis.empty()) {
      fmt::format_to(std::back_inserter(batch), "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{}",
                     replaced(target_.path, "{}", channels_[index]), target_.host, event.size(), event);
    } else {
      const std::string channel = replaced(settings_.channel, "{}", channels_[index]);
      fmt::format_to(std::back_inserter(batch), "*3\r\n$7\r\nPUBLISH\r\n${}\r\n{}\r\n${}\r\n{}\r\n", channel.size(),
                     channel, event.size(), event);
    }
  }
  void drop_answers() const {
    char buffer[65536];
    while (::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT) > 0) {
    }
  }

  const Settings& settings_;
  const std::vector<std::string>& channels_;
  Target target_;
  Fd socket_;
  std::vector<std::uint64_t> seqs_;
  std::uint64_t next_ = 0;
};

double quantile_ms(std::vector<std::int64_t>& sorted, double share) {
  return sorted.empty()
             ? 0
             : static_cast<double>(sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))]) *
                   1e-6;
}

void raise_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void run(const Settings& settings) {
  raise_descriptors();
  std::vector<std::string> channels;
  if (!settings.submit.empty()) channels = submit_jobs(settings);
  for (std::size_t i = channels.size(); i < settings.channels; ++i) channels.push_back(std::to_string(i));

  Loop loop;
  Seen seen;
  const Target target = target_of(settings.url);
  std::vector<std::unique_ptr<Reader>> readers;
  const Cost empty = cost_of(settings.pids);
  const auto begun = Clock::now();
  for (std::size_t i = 0; i < settings.streams; ++i) {
    readers.push_back(
        std::make_unique<Reader>(loop, target, i, replaced(target.path, "{}", channels[i % channels.size()]), seen));
    while (readers.size() - seen.open > 200) loop.turn(std::chrono::milliseconds(10));
  }
  while (seen.open < settings.streams) loop.turn(std::chrono::milliseconds(10));
  const double opening = std::chrono::duration<double>(Clock::now() - begun).count();
  const auto settle = [&](std::chrono::milliseconds time) {
    for (const auto until = Clock::now() + time; Clock::now() < until;) loop.turn(std::chrono::milliseconds(10));
  };
  settle(std::chrono::seconds(1));
  const Cost full = cost_of(settings.pids);
  fmt::print("{} streams, {} channels: {:.0f} connects/s, {:.0f} us of CPU and {:.2f} KB of memory each\n",
             settings.streams, settings.channels, static_cast<double>(settings.streams) / opening,
             (full.seconds - empty.seconds) * 1e6 / static_cast<double>(settings.streams),
             (full.bytes - empty.bytes) / 1024 / static_cast<double>(settings.streams));

  std::uint64_t sent = 0;
  const Cost before = cost_of(settings.pids);
  const auto started = Clock::now();
  if (settings.rate == 0) {
    settle(std::chrono::seconds(settings.seconds));
  } else {
    Publisher publisher(settings, channels);
    seen.counts = true;
    std::atomic<bool> done = false;
    std::jthread thread([&] {
      sent = publisher.run(settings.seconds);
      done = true;
    });
    while (!done) loop.turn(std::chrono::milliseconds(10));
    const std::uint64_t wanted = sent * settings.streams / settings.channels;
    for (const auto until = Clock::now() + std::chrono::seconds(5); seen.events < wanted && Clock::now() < until;)
      loop.turn(std::chrono::milliseconds(10));
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
  const Cost after = cost_of(settings.pids);
  std::sort(seen.latencies.begin(), seen.latencies.end());
  fmt::print(
      "  {:.1f} % of a core; {} events sent, {:.0f} deliveries/s, {:.1f} % of all; p50 {:.2f} ms, p99 {:.2f} ms; "
      "{} streams ended\n",
      (after.seconds - before.seconds) * 100 / seconds, sent, static_cast<double>(seen.events) / seconds,
      sent == 0 ? 100.0
                : static_cast<double>(seen.events) * 100 * static_cast<double>(settings.channels) /
                      static_cast<double>(sent * settings.streams),
      quantile_ms(seen.latencies, 0.5), quantile_ms(seen.latencies, 0.99), seen.ended);
}

}  // namespace

int main(int count, char** arguments) {
  Settings settings;
  CLI::App app("Drives a server of event streams, and prints what it cost and how late the events came.");
  app.add_option("--url", settings.url, "Of a stream; {} is the channel")->required();
  app.add_option("--submit", settings.submit, "Post a job here for each channel; its id is the channel's name");
  app.add_option("--redis", settings.redis, "HOST:PORT to PUBLISH on");
  app.add_option("--channel", settings.channel, "The Redis channel; {} is the channel's name");
  app.add_option("--publish", settings.publish, "Post each event here, in place of Redis");
  app.add_option("--event", settings.event, "What is published: {seq} and {data} are filled in");
  app.add_option("--pid", settings.pids, "A process of the server; repeat for each");
  app.add_option("--streams", settings.streams, "Streams to open")->capture_default_str();
  app.add_option("--channels", settings.channels, "Channels, which the streams take in turn")->capture_default_str();
  app.add_option("--rate", settings.rate, "Events published a second; 0: none")->capture_default_str();
  app.add_option("--seconds", settings.seconds, "How long")->capture_default_str();
  CLI11_PARSE(app, count, arguments);
  if (settings.channels == 0 || settings.streams == 0) die("there must be a stream and a channel");
  if (settings.rate > 0 && settings.redis.empty() == settings.publish.empty()) die("give --redis or --publish");
  run(settings);
}
