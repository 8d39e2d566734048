// What the queue's scripts cost: rates, the way from submit to start, Redis's own time and memory a job.
//
//   queue_bench [--redis URL] [--jobs N] [--in-flight N] [--slots N] [--json]
//     --redis     a Redis of one's own, which is flushed; default: one that is started with deploy/redis.conf's
//     settings
//     --jobs      how many are submitted, and worked off       default 20000
//     --in-flight submits under way at any time                  default 8
//     --slots     that claim and complete, as those of a worker   default 4
//     --json      one object of the rates alone, for queue.sh
//
// Nothing is drawn: a job's work is to be claimed and completed.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/flags.hpp"
#include "base/guarded.hpp"
#include "platen/store.hpp"
#include "queue/job_queue.hpp"
#include "queue/lease_queue.hpp"
#include "redis/shared_connection.hpp"
#include "tests/support/redis_server.hpp"

namespace {

using namespace platen;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t latency_samples = 2000;
constexpr std::uint32_t memory_jobs = 10'000;

struct Options {
  std::string redis;
  std::uint32_t jobs = 20'000;
  std::uint32_t in_flight = 8;
  std::uint32_t slots = 4;
  bool json = false;
};

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

double percentile(std::vector<double>& values, double share) {
  std::sort(values.begin(), values.end());
  return values.at(static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

Submission a_submission() {
  Submission submission;
  submission.id = new_job_id();
  submission.title = "Orders 2026";
  submission.spec = R"({"data":{"rows":[{"order_id":1,"total":9.5}]},"report":{"title":"Orders 2026"}})";
  submission.options.filename = "Orders 2026.pdf";
  submission.request_id = "0123456789abcdef";
  return submission;
}

Artifact an_artifact(const Lease& lease) {
  return {.name = artifact_name(lease),
          .bytes = 1234,
          .pages = 1,
          .rows = 1,
          .sha256 = std::string(64, 'a'),
          .filename = "Orders 2026.pdf"};
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

class Bench {
 public:
  Bench(Options options, redis::Url url) : options_(std::move(options)), url_(std::move(url)), admin_(url_) {}

  void run() {
    (void)ask({"FLUSHALL"});
    phase("submit", options_.jobs, [this] { submit(options_.jobs); });
    phase("claim and complete", options_.jobs, [this] { work(options_.jobs); });
    phase("all at once", options_.jobs, [this] {
      const std::jthread front_end([this] { submit(options_.jobs); });
      work(options_.jobs);
    });
    latency();
    memory();
    if (options_.json) print_json();
  }

 private:
  redis::Reply ask(const std::vector<std::string_view>& command) { return must(admin_.call(command)); }

  /// `name:` and a number, of what INFO tells.
  double info(std::string_view section, std::string_view name) {
    const redis::Reply reply = ask({"INFO", section});
    const std::string_view text = redis::Value(reply).text();
    const std::size_t at = text.find(name);
    return at == std::string_view::npos ? 0 : std::strtod(text.data() + at + name.size(), nullptr);
  }

  void phase(const std::string& name, std::uint32_t jobs, const std::function<void()>& work) {
    (void)ask({"CONFIG", "RESETSTAT"});
    const auto begin = Clock::now();
    work();
    const double seconds = seconds_since(begin);
    const double calls = info("commandstats", "cmdstat_evalsha:calls=");
    const double redis_us = calls > 0 ? scripts_us() : 0;
    rates_[name] = jobs / seconds;
    if (!options_.json)
      fmt::print("{:<20} {:>9.0f} jobs/s   Redis {:>6.1f} µs a job in scripts, {:.2f} calls\n", name, jobs / seconds,
                 redis_us / jobs, calls / jobs);
  }
  /// Time in all scripts since the last RESETSTAT.
  double scripts_us() {
    const redis::Reply reply = ask({"INFO", "commandstats"});
    const std::string_view text = redis::Value(reply).text();
    const std::size_t line = text.find("cmdstat_evalsha:");
    const std::size_t usec = text.find("usec=", line);
    return std::strtod(text.data() + usec + 5, nullptr);
  }

  /// As the front end does it: nobody waits for an answer, and so many are under way at any time.
  void submit(std::uint32_t jobs) {
    Guarded<std::uint32_t> under_way;  // outlives those who count in it
    redis::SharedConnection connection(url_);
    queue::RedisJobQueue queue(connection, {.tenant_waiting = 0, .waiting = 0});
    while (!queue.ping()) std::this_thread::yield();
    for (std::uint32_t i = 0; i < jobs; ++i) {
      ++**under_way.wait({}, [&](std::uint32_t count) { return count < options_.in_flight; });
      queue.submit_later(a_submission(), [&](const Result<Job>& job) {
        (void)must(job);
        --*under_way.lock();
        under_way.notify_one();
      });
    }
    (void)under_way.wait({}, [](std::uint32_t count) { return count == 0; });
  }

  static void take(Guarded<std::uint32_t>& left) {
    const auto number = left.lock();
    if (*number > 0) --*number;
  }

  void work(std::uint32_t jobs) {
    Guarded<std::uint32_t> left(jobs);
    redis::SharedConnection connection(url_);
    const queue::Shard shard(connection);
    const queue::CallBatches completions = queue::RedisLeaseQueue::completions_on(shard);
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < options_.slots; ++i)
      threads.emplace_back([&, i] {
        queue::RedisLeaseQueue queue(shard, completions, url_, {});
        const WorkerId worker{fmt::format("bench:{}", i)};
        std::uint64_t claims = 0;
        const auto next_nonce = [&] { return fmt::format("{}:{}", worker.text, claims++); };
        // As a worker's slot does it.
        for (auto claim = must(queue.claim(worker, next_nonce())); *left.lock() > 0;) {
          if (claim) {
            claim = must(queue.complete(claim->lease, an_artifact(claim->lease), Claimant{worker, next_nonce()}));
            take(left);
          } else {
            (void)queue.wait_for_work(std::chrono::milliseconds(100));
            claim = must(queue.claim(worker, next_nonce()));
          }
        }
      });
  }

  /// From before the submit is sent to when a waiting slot has the job.
  void latency() {
    redis::Connection connection(url_);
    queue::RedisJobQueue queue(connection);
    redis::Connection commands(url_);
    queue::RedisLeaseQueue leases(commands, url_);
    std::vector<double> ms;
    std::uint64_t claims = 0;
    Guarded<std::optional<Clock::time_point>> started;
    std::jthread slot([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto claim = must(leases.claim({"bench"}, fmt::format("latency:{}", claims++)));
        if (!claim) {
          (void)leases.wait_for_work(std::chrono::milliseconds(200));
          continue;
        }
        *started.lock() = Clock::now();
        started.notify_one();
        (void)must(leases.complete(claim->lease, an_artifact(claim->lease)));
      }
    });
    for (std::uint32_t i = 0; i < latency_samples; ++i) {
      const auto begin = Clock::now();
      (void)must(queue.submit(a_submission()));
      // Asleep until then: a loop that looks would take one of the cores from those who work.
      const auto start = started.wait({}, [](const auto& time) { return time.has_value(); });
      ms.push_back(std::chrono::duration<double, std::milli>(*std::exchange(**start, std::nullopt) - begin).count());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the slot is to be waiting again
    }
    rates_["start_p50_ms"] = percentile(ms, 0.5);
    rates_["start_p99_ms"] = percentile(ms, 0.99);
    if (!options_.json)
      fmt::print("{:<20} {:>9.2f} ms p50   {:.2f} ms p99\n", "submit to start", percentile(ms, 0.5),
                 percentile(ms, 0.99));
  }

  void memory() {
    (void)ask({"FLUSHALL"});
    const double before = info("memory", "used_memory:");
    submit(memory_jobs);
    const double bytes = (info("memory", "used_memory:") - before) / memory_jobs;
    rates_["bytes_a_waiting_job"] = bytes;
    if (!options_.json) fmt::print("{:<20} {:>9.0f} bytes of Redis\n", "a waiting job", bytes);
  }

  void print_json() const {
    std::string text;
    for (const auto& [name, value] : rates_)
      text += fmt::format("{}\"{}\":{:.3f}", text.empty() ? "" : ",", name, value);
    fmt::print("{{{}}}\n", text);
  }

  Options options_;
  redis::Url url_;
  redis::Connection admin_;
  std::map<std::string, double> rates_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("What the queue's scripts cost.", "queue_bench");
  app.add_option("--redis", options.redis, "A Redis that may be flushed.");
  app.add_option("--jobs", options.jobs, "How many are submitted.")->check(CLI::Range(1U, 100'000'000U));
  app.add_option("--in-flight", options.in_flight, "Submits under way.")->check(CLI::Range(1U, 256U));
  app.add_option("--slots", options.slots, "That work.")->check(CLI::Range(1U, 256U));
  app.add_flag("--json", options.json, "Print one object.");
  CLI11_PARSE(app, argc, argv);
  std::optional<test::RedisServer> server;
  if (options.redis.empty())
    server.emplace(test::RedisServerOptions{.arguments = {"--appendfsync", "everysec", "--stream-node-max-bytes", "512",
                                                          "--hash-max-listpack-value", "2048"}});
  const auto url = server ? Result<redis::Url>(server->url()) : redis::Url::parse(options.redis);
  if (!url) {
    fmt::print(stderr, "queue_bench: {}\n", url.error().detail);
    return 2;
  }
  Bench(options, *url).run();
  return 0;
}
