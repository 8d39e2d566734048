// Random interleavings of everything that can happen to a feed, held against what each reader is owed.

#include <fmt/format.h>

#include <list>
#include <map>
#include <random>

#include "tests/unit/relay/feed_driver.hpp"

using namespace platen;
using platen::test::FeedDriver;
using platen::test::Reader;

namespace {

const JobId job{"job_00000000000000000000000001"};

/// Whether history was ever cut or turned back in this run: only then may a reset be seen.
enum class Mishaps { none, trims, rollbacks };

class Run {
 public:
  /// `crowd` are there from the start, and hardly any of them leaves.
  Run(unsigned seed, Mishaps mishaps, std::size_t crowd)
      : random_(seed), mishaps_(mishaps), crowd_(crowd), driver_(job) {
    publish(EventKind::queued);
    while (watchers_.size() < crowd) join();
  }

  void step() {
    switch (pick(24)) {
      case 0: return join();
      case 1: return leave();
      case 2: return pick(3) == 0 ? driver_.events.lose_live() : void();
      case 3: return pick(3) == 0 ? driver_.events.lose_replays() : void();
      case 4: return driver_.retry();
      case 5: return mishap();
      case 6: return pick(40) == 0 ? publish(EventKind::succeeded) : void();
      case 7: return hand_over();
      default: break;
    }
    switch (pick(5)) {
      case 0: return publish(EventKind::progress);
      case 1: return (void)driver_.events.step_replay();
      case 2: return (void)driver_.events.step_replay_answer();
      default: return (void)driver_.events.step_live();
    }
  }

  /// Lets everything arrive; then every reader has all that it is owed.
  void finish() {
    driver_.settle();
    driver_.retry();
    driver_.settle();
    for (const Watcher& watcher : watchers_) check(watcher, true);
  }

 private:
  struct Watcher {
    Seq after = 0;
    Reader reader;
  };

  unsigned pick(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }
  [[nodiscard]] Seq now() const { return driver_.events.present(job).seq; }
  [[nodiscard]] bool ended() const { return has_ended(driver_.events.present(job).state); }

  void publish(EventKind kind) {
    if (driver_.events.knows(job) && ended()) return;
    const Event event = driver_.events.publish(job, kind);
    published_.emplace(event.seq, event.data.substr(0, event.data.find(",\"result\"")));
  }

  void join() {
    if (watchers_.size() >= 6 + crowd_) return;
    Watcher& watcher = watchers_.emplace_back();
    watcher.after = pick(static_cast<unsigned>(now()) + 1);
    driver_.add(watcher.reader, watcher.after);
  }

  void leave() {
    if (watchers_.size() <= crowd_ && pick(8) != 0) return;
    if (watchers_.empty()) return;
    const auto leaver = std::next(watchers_.begin(), pick(static_cast<unsigned>(watchers_.size())));
    driver_.feed.remove(leaver->reader);
    check(*leaver, false);
    watchers_.erase(leaver);
  }

  /// Another reads on in a reader's place.
  void hand_over() {
    if (watchers_.empty()) return;
    const auto before = std::next(watchers_.begin(), pick(static_cast<unsigned>(watchers_.size())));
    Watcher& next = watchers_.emplace_back();
    next.after = before->after;
    next.reader.text = before->reader.text;
    next.reader.finished = before->reader.finished;
    driver_.feed.replace(before->reader, next.reader);
    watchers_.erase(before);
  }

  void mishap() {
    if (mishaps_ == Mishaps::none || pick(4) != 0) return;
    if (pick(2) == 0) driver_.events.trim(job, pick(6));
    if (mishaps_ == Mishaps::rollbacks && pick(2) == 0 && now() > 1) {
      driver_.events.roll_back(job, now() - pick(std::min(4U, static_cast<unsigned>(now()))));
      // Redis may have its answers on the wire already when it dies.
      if (pick(2) == 0) driver_.events.step_replay_answer();
    }
  }

  void check(const Watcher& watcher, bool is_complete) const {
    INFO("after " << watcher.after << ": " << watcher.reader.seen());
    std::optional<Seq> position = watcher.after;
    for (const auto& frame : watcher.reader.frames()) {
      if (frame.event == "reset") {
        CHECK(mishaps_ != Mishaps::none);
        position = frame.id;
        continue;
      }
      REQUIRE(frame.id);
      if (position) REQUIRE(*frame.id == *position + 1);
      position = frame.id;
      // A terminal event made from the job itself is not one that was published.
      if (mishaps_ == Mishaps::none || frame.event == "progress") REQUIRE(was_published(frame));
    }
    // A job that a rollback brought back to life has let go of those who saw its end.
    if (!is_complete || (mishaps_ == Mishaps::rollbacks && watcher.reader.finished)) return;
    CHECK(position == now());
    CHECK(watcher.reader.finished == ended());
  }

  [[nodiscard]] bool was_published(const test::ReadFrame& frame) const {
    const auto [first, last] = published_.equal_range(*frame.id);
    return std::any_of(first, last, [&](const auto& entry) { return frame.data.rfind(entry.second, 0) == 0; });
  }

  std::mt19937 random_;
  Mishaps mishaps_;
  std::size_t crowd_;
  FeedDriver driver_;
  std::multimap<Seq, std::string> published_;
  std::list<Watcher> watchers_;
};

void run_all(Mishaps mishaps, std::size_t crowd = 0) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    Run run(seed, mishaps, crowd);
    for (unsigned i = 0; i < 40 + seed % 400; ++i) run.step();
    run.finish();
  }
}

}  // namespace

TEST_CASE("whatever is lost on the way, each reader gets each event after its own once and in order", "[relay]") {
  run_all(Mishaps::none);
}

TEST_CASE("where history is trimmed a reader gets a reset and no gap", "[relay]") { run_all(Mishaps::trims); }

TEST_CASE("where Redis is rolled back a reader gets a reset and no gap", "[relay]") { run_all(Mishaps::rollbacks); }

TEST_CASE("in a crowd, which is not read for one by one, a reader gets the same", "[relay]") {
  const auto mishaps = GENERATE(Mishaps::none, Mishaps::trims, Mishaps::rollbacks);
  run_all(mishaps, 12);
}
