// Thousands of jobs through two front ends and four workers while all of these, their renderers and each Redis are
// killed, stopped, frozen, cut off and filled. Then everything is looked at, and removed.
//
//   chaos [--jobs N] [--redis N] [--seed N]
//     --jobs   how many are submitted                                       default 5000
//     --redis  over how many Redis they are spread                          default 1
//     --seed   of all that is drawn by lot; else PLATEN_CHAOS_SEED, else another each time
//
// What clients ask for and what is broken follow from the seed; when it falls into which moment does not.
// Exits with 0 when all invariants hold, else with 1 and a sentence for each that does not.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <numeric>
#include <random>

#include "tests/chaos/calamity.hpp"
#include "tests/chaos/clients.hpp"
#include "tests/chaos/feed_follower.hpp"
#include "tests/chaos/verdict.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"

namespace {

using namespace platen;
using namespace platen::chaos;
using Steady = std::chrono::steady_clock;
using Texts = std::vector<std::string>;

constexpr std::chrono::minutes longest_run{60};
constexpr std::chrono::seconds longest_drain{240};
constexpr std::chrono::milliseconds look_every{50};
constexpr std::size_t shown_sentences = 40;
constexpr long long memory_slack_bytes = 2 << 20;  // of pools and buffers that a busy Redis keeps

struct RunOptions {
  std::uint64_t jobs = 5000;
  std::size_t redis = 1;
  std::uint32_t seed = 0;
};

class Run {
 public:
  explicit Run(const RunOptions& run)
      : run_(run),
        fleet_(std::vector<test::RedisServerOptions>(run.redis)),
        calamity_(fleet_, run.seed),
        ended_(run.redis) {
    const std::vector<std::string> arguments{"--webhook-allow-private", "127.0.0.0/8", "--webhook-timeout", "1s",
                                             "--stream-retry",          "10ms"};
    for (int i = 0; i < 2; ++i) fleet_.add_front({.arguments = arguments});
    for (int i = 0; i < 4; ++i) fleet_.add_worker({.arguments = {"--lease", "2s"}});
    webhook_ = test::text_field(
        test::curl({"-f", "--json", R"({"url":")" + target_.url("/ok") + "\"}", fleet_.url(0) + "/v1/webhooks"}), "id");
  }

  bool operator()() {
    const auto begin = Steady::now();
    const long long memory_before = memory();
    FeedFollower follower({fleet_.url(0), fleet_.url(1)});
    break_and_submit();
    fmt::print("{:.1f} s: all jobs are sent\n", seconds_since(begin));
    drain();
    clients_.reset();
    fmt::print("{:.1f} s: all jobs have ended\n", seconds_since(begin));
    const auto ledger = ledger_.lock();
    report("streams", wrong_streams(fleet_, *ledger));  // before they are cut by a redrive
    redrive();
    await_messages();
    report("feed", wrong_feed(fleet_, follower.finish(events_in_feeds())));
    report("ends", wrong_ends(fleet_, *ledger));
    report("messages", missing_messages(fleet_, *ledger, target_));
    report("results", double_completions(fleet_));
    report("clients", ledger->broken);
    report("invariants", fleet_.broken(promises(*ledger)));
    retire(memory_before);
    tell(*ledger);
    fmt::print("{:.1f} s: {}\n", seconds_since(begin), broken_ == 0 ? "all holds" : "BROKEN");
    return broken_ == 0;
  }

 private:
  static double seconds_since(Steady::time_point begin) {
    return std::chrono::duration<double>(Steady::now() - begin).count();
  }

  void break_and_submit() {
    ClientOptions options{.ports = {}, .jobs = run_.jobs, .seed = run_.seed, .callback_base = target_.url("")};
    for (std::size_t i = 0; i < fleet_.fronts(); ++i) {
      const std::string& url = fleet_.url(i);
      options.ports.push_back(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    }
    clients_.emplace(std::move(options), ledger_);
    const auto last = Steady::now() + longest_run;
    test::eventually(
        [&] {
          calamity_.tick();
          if (is_time()) clients_->tell_ended(ended());
          return clients_->have_sent_all() || Steady::now() > last;
        },
        longest_run + std::chrono::minutes(1));
    calamity_.heal();
  }

  /// Now and then: whoever asks Redis all the time is in the way.
  bool is_time() {
    const auto now = Steady::now();
    if (now < next_look_) return false;
    next_look_ = now + look_every;
    return true;
  }

  /// As far as it is known: a Redis that is away is not asked.
  std::uint64_t ended() {
    for (std::size_t shard = 0; shard < fleet_.shards(); ++shard) {
      if (calamity_.is_redis_away(shard)) continue;
      const redis::Reply counts = fleet_.redis(shard)(
          {"HMGET", test::prefix_of(shard) + "stats", "succeeded", "failed", "canceled", "expired"});
      ended_[shard] = 0;
      for (std::size_t i = 0; i < 4; ++i)
        ended_[shard] += static_cast<std::uint64_t>(redis::Value(counts)[i].integer());
    }
    return std::accumulate(ended_.begin(), ended_.end(), std::uint64_t{0});
  }

  void drain() {
    test::eventually(
        [&] {
          if (!is_time()) return false;
          fleet_.hurry();
          clients_->tell_ended(ended());
          return fleet_.is_drained();
        },
        longest_drain);
    clients_->join();
  }

  /// Runs again what failed; only what must fail does so once more.
  void redrive() {
    for (std::size_t shard = 0; shard < fleet_.shards(); ++shard)
      failed_ += redis::Value(fleet_.redis(shard)({"ZCARD", test::prefix_of(shard) + "dead:default"})).integer();
    for (long long dead = failed_; dead > 0; dead -= 100)
      (void)test::curl({"-f", "--json", R"({"all":true})", fleet_.url(0) + "/v1/dead-letters/redrive"});
    test::eventually(
        [&] {
          if (!is_time()) return false;
          fleet_.hurry();
          return fleet_.is_drained();
        },
        longest_drain);
  }

  /// Until every delivery has ended; those that wait for their next attempt are due now.
  void await_messages() {
    test::eventually(
        [&] {
          if (!is_time()) return false;
          fleet_.hurry();
          bool is_told = !has_deliveries();
          for (std::size_t shard = 0; shard < fleet_.shards(); ++shard) is_told = is_read(shard) && is_told;
          return is_told;
        },
        longest_drain);
  }

  /// Whether all of a shard's outbox was taken and dealt with.
  bool is_read(std::size_t shard) {
    test::RedisServer& redis = fleet_.redis(shard);
    const std::string outbox = test::prefix_of(shard) + "outbox";
    const redis::Reply groups = redis({"XINFO", "GROUPS", outbox});
    const redis::Reply stream = redis({"XINFO", "STREAM", outbox});
    const redis::Reply left = redis({"XPENDING", outbox, "webhooks"});
    return redis::Value(left)[0].integer() == 0 && value_of(redis::Value(groups)[0], "last-delivered-id").text() ==
                                                       value_of(stream, "last-generated-id").text();
  }

  bool has_deliveries() {
    const redis::Reply lanes = fleet_.redis()({"KEYS", first_ + "due:*"});
    for (std::size_t i = 0; i < redis::Value(lanes).size(); ++i) hurry(std::string(redis::Value(lanes)[i].text()));
    return redis::Value(lanes).size() > 0;
  }
  static redis::Value value_of(const redis::Value& pairs, std::string_view name) {
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
      if (pairs[i].text() == name) return pairs[i + 1];
    return {};
  }
  void hurry(const std::string& lane) {
    const redis::Reply ids = fleet_.redis()({"ZRANGE", lane, "0", "-1", "WITHSCORES"});
    const redis::Reply time = fleet_.redis()({"TIME"});
    const long long soon = (redis::Value(time)[0].integer() + 7) * 1000;  // later than the end of a lease
    for (std::size_t i = 0; i + 1 < redis::Value(ids).size(); i += 2)
      if (redis::Value(ids)[i + 1].integer() > soon)
        (void)fleet_.redis()({"ZADD", lane, "XX", "1", std::string(redis::Value(ids)[i].text())});
    (void)fleet_.redis()({"ZADD", first_ + "lanes", "XX", "1", lane.substr(first_.size() + 4)});
  }

  std::size_t events_in_feeds() {
    std::size_t events = 0;
    for (std::size_t shard = 0; shard < fleet_.shards(); ++shard)
      events += static_cast<std::size_t>(
          redis::Value(fleet_.redis(shard)({"XLEN", test::prefix_of(shard) + "feed:default"})).integer());
    return events;
  }

  static test::Promises promises(const Ledger& ledger) {
    test::Promises promises;
    for (const auto& [job, wish] : ledger.jobs)
      (wish.is_to_delete ? promises.deleting : promises.acknowledged).insert(job);
    return promises;
  }

  /// Lets the retention pass; keys, files and memory are back where they were.
  void retire(long long memory_before) {
    report("left behind", fleet_.left_after_retention(0));
    (void)test::curl({"-f", "-X", "DELETE", fleet_.url(0) + "/v1/webhooks/" + webhook_});
    for (std::size_t shard = 0; shard < fleet_.shards(); ++shard) sweep(shard);
    const long long grown = memory() - memory_before;
    fmt::print("Redis's memory: {} KB before, {:+} KB after\n", memory_before / 1024, grown / 1024);
    if (grown > memory_slack_bytes * static_cast<long long>(fleet_.shards()))
      report("memory", {fmt::format("{} bytes of Redis are not back", grown)});
  }

  /// What goes by itself a day, or ten minutes, later.
  void sweep(std::size_t shard) {
    test::RedisServer& redis = fleet_.redis(shard);
    const std::string prefix = test::prefix_of(shard);
    for (const char* const pattern : {"dedupe:*", "content:*", "feed*"}) {
      const redis::Reply keys = redis({"KEYS", prefix + pattern});
      for (std::size_t i = 0; i < redis::Value(keys).size(); ++i)
        (void)redis({"DEL", std::string(redis::Value(keys)[i].text())});
    }
    (void)redis({"XTRIM", prefix + "outbox", "MAXLEN", "0"});
    (void)redis({"MEMORY", "PURGE"});
  }

  /// Of every Redis.
  long long memory() {
    long long sum = 0;
    for (std::size_t shard = 0; shard < fleet_.shards(); ++shard) {
      const redis::Reply info = fleet_.redis(shard)({"INFO", "memory"});
      const std::string text(redis::Value(info).text());
      sum += std::stoll(text.substr(text.find("used_memory_dataset:") + 20));
    }
    return sum;
  }

  void tell(const Ledger& ledger) {
    fmt::print("jobs {} (failed at first {}), watched {}, requests repeated {} (refused {})\n", ledger.jobs.size(),
               failed_, ledger.streams.size(), ledger.repeats, ledger.refused);
    for (const auto& [what, times] : calamity_.counts()) fmt::print("  {} x {}\n", times, what);
    fmt::print("slowest return after Redis came back: {} ms\n", calamity_.slowest_return().count());
  }

  void report(const std::string& what, const Texts& sentences) {
    broken_ += sentences.size();
    for (std::size_t i = 0; i < std::min(sentences.size(), shown_sentences); ++i)
      fmt::print("BROKEN {}: {}\n", what, sentences[i]);
    if (sentences.size() > shown_sentences) fmt::print("… and {} more\n", sentences.size() - shown_sentences);
  }

  RunOptions run_;
  test::WebhookTarget target_;
  test::Fleet fleet_;
  std::string webhook_;
  Calamity calamity_;
  std::vector<std::uint64_t> ended_;              ///< by shard
  const std::string first_ = test::prefix_of(0);  ///< where webhooks are
  Guarded<Ledger> ledger_;
  std::optional<Clients> clients_;
  long long failed_ = 0;
  Steady::time_point next_look_;
  std::size_t broken_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  RunOptions run;
  const char* const given = std::getenv("PLATEN_CHAOS_SEED");
  run.seed = given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                              : std::random_device{}() % 1'000'000;
  CLI::App app("Breaks a Platen in every way while it works.", "chaos");
  app.add_option("--jobs", run.jobs, "How many are submitted.")->check(CLI::Range(1U, 100'000'000U));
  app.add_option("--redis", run.redis, "Over how many Redis they are spread.")->check(CLI::Range(1U, 32U));
  app.add_option("--seed", run.seed, "Of all that is drawn by lot.");
  CLI11_PARSE(app, argc, argv);
  ::signal(SIGPIPE, SIG_IGN);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  fmt::print("seed {} jobs {} redis {}\n", run.seed, run.jobs, run.redis);
  try {
    return Run(run)() ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print("BROKEN: {}\n", error.what());
    return 1;
  }
}
