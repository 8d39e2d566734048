// A feed of several shards to its readers: what each is owed held against what it gets, over reconnects by the ids that
// it was given.
#include "queue/shards/feed_shards.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <random>

#include "base/log.hpp"
#include "queue/shards/event_shards.hpp"
#include "relay/feed_relay.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_feed.hpp"
#include "tests/unit/relay/reader.hpp"

using namespace platen;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t shards = 3;

/// Takes as many as it has room for, and notes the id of the last frame as a client would.
class Reader final : public relay::FeedSubscriber {
 public:
  explicit Reader(std::optional<FeedPosition> after)
      : FeedSubscriber({.tenant = default_tenant(), .after = after}), last_id(std::move(after)) {}
  bool offer(const relay::FeedFrame& frame) override {
    if (room == 0) return false;
    --room;
    const std::string& bytes = frame.frame->bytes;
    const std::size_t id = bytes.rfind("id: ") + 4;
    last_id = parse_feed_position(std::string_view(bytes).substr(id, bytes.find('\n', id) - id));
    CHECK(last_id.has_value());
    if (frame.kind == EventKind::reset)
      ++resets;
    else if (frame.kind)
      seen.push_back(bytes.substr(bytes.find("job_"), 31));
    return true;
  }
  std::size_t room = 1'000'000;
  std::size_t resets = 0;
  std::optional<FeedPosition> last_id;
  std::vector<std::string> seen;
};

class Run {
 public:
  explicit Run(unsigned seed) : random_(seed) {}

  void step() {
    switch (pick(24)) {
      case 0: return join();
      case 1: return come_back();
      case 2: return pick(3) == 0 ? some().lose_live() : void();
      case 3: return pick(3) == 0 ? some().lose_reads() : void();
      case 4: return feeds_.tick();
      case 5: return give_room(pick(4));
      default: break;
    }
    test::FakeFeed& feed = some();
    switch (pick(4)) {
      case 0: return publish(feed);
      case 1: return (void)feed.step_read();
      case 2: return (void)feed.step_read_answer();
      default: return (void)feed.step_live();
    }
  }

  void finish() {
    give_room(1'000'000);
    for (int i = 0; i < 3; ++i) {
      for (int round = 0; round < 20; ++round)
        for (test::FakeFeed& feed : sources_) feed.settle();
      feeds_.tick();
    }
    for (int round = 0; round < 20; ++round)
      for (test::FakeFeed& feed : sources_) feed.settle();
    for (auto& client : clients_) {
      feeds_.unsubscribe(*client.reader);
      CHECK(client.reader->resets == 0);
      client.take();
      CHECK(client.by_shard == published_);  // each once, and of each shard in its order
    }
  }

 private:
  /// Comes back again and again, after the last id that it has seen.
  struct Client {
    std::unique_ptr<Reader> reader = std::make_unique<Reader>(FeedPosition::beginning());
    std::map<char, std::vector<std::string>> by_shard;
    void take() {
      for (const std::string& job : reader->seen) by_shard[job[4]].push_back(job);
    }
  };

  unsigned pick(std::size_t below) {
    return static_cast<unsigned>(std::uniform_int_distribution<std::size_t>(0, below - 1)(random_));
  }
  test::FakeFeed& some() { return sources_[pick(shards)]; }
  void publish(test::FakeFeed& feed) {
    const FeedEvent event = feed.publish(EventKind::started);
    published_[event.job.text[4]].push_back(event.job.text);
  }
  void join() {
    clients_.emplace_back().reader->room = pick(2) == 0 ? 1'000'000 : pick(5);
    feeds_.subscribe(*clients_.back().reader);
  }
  void come_back() {
    if (clients_.empty()) return;
    Client& client = *std::next(clients_.begin(), pick(clients_.size()));
    feeds_.unsubscribe(*client.reader);
    client.take();
    client.reader = std::make_unique<Reader>(client.reader->last_id);
    feeds_.subscribe(*client.reader);
  }
  void give_room(std::size_t room) {
    for (auto& client : clients_) {
      client.reader->room += room;
      feeds_.resume(*client.reader);
    }
  }

  std::mt19937 random_;
  test::FakeFeed sources_[shards] = {test::FakeFeed(0), test::FakeFeed(1), test::FakeFeed(2)};
  queue::EventShards events_{{{nullptr, &sources_[0]}, {nullptr, &sources_[1]}, {nullptr, &sources_[2]}}};
  Loop loop_;
  test::PlainSigner signer_;
  relay::NoticeMaker notices_{signer_, ""};
  relay::FeedRelay feeds_{loop_, events_, notices_, {.recent = {.events = 6}, .page_events = 3, .read_retry = 0ms}};
  std::map<char, std::vector<std::string>> published_;
  std::list<Client> clients_;
};

FeedEvent event_at(std::size_t shard, std::uint64_t ms) {
  return {FeedPosition::on(shard, {ms, 0}), new_job_id(shard), EventKind::queued, "{}"};
}

FeedPage page_of(std::size_t shard, const std::vector<std::uint64_t>& times, bool has_more = false) {
  FeedPage page;
  for (const std::uint64_t ms : times) page.events.push_back(event_at(shard, ms));
  page.end = FeedPosition::on(shard, {times.empty() ? 0 : times.back(), 0});
  page.has_more = has_more;
  return page;
}

std::vector<std::string> ids_in(const FeedPage& page) {
  std::vector<std::string> ids;
  for (const FeedEvent& event : page.events) ids.push_back(event.position.text());
  return ids;
}

}  // namespace

TEST_CASE("readers of a feed of several shards get every event once, wherever they broke off",
          "[relay][feed][shards]") {
  spdlog::set_level(spdlog::level::off);
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Run run(seed);
    for (int i = 0; i < 400; ++i) run.step();
    run.finish();
  }
}

TEST_CASE("pages of several shards are one page, about by time", "[relay][feed][shards]") {
  using Ids = std::vector<std::string>;
  const auto start = std::optional(FeedPosition::beginning());
  const FeedPage whole = queue::merged(start, {page_of(0, {1, 4}), page_of(1, {2, 3})}, 10);
  CHECK(ids_in(whole) == Ids{"1-0", "1-0.2-0", "1-0.3-0", "4-0.3-0"});
  CHECK(whole.end.text() == "4-0.3-0");
  CHECK_FALSE(whole.has_more);

  // Where the first has more, nothing later than its page is told yet.
  const FeedPage part = queue::merged(start, {page_of(0, {1, 2}, true), page_of(1, {2, 3})}, 10);
  CHECK(ids_in(part) == Ids{"1-0", "2-0", "2-0.2-0"});
  CHECK(part.end.text() == "2-0.2-0");
  CHECK(part.has_more);

  const FeedPage few = queue::merged(start, {page_of(0, {1, 4}), page_of(1, {2, 3})}, 3);
  CHECK(few.end.text() == "1-0.3-0");
  CHECK(few.has_more);

  // A moment is the same moment on each.
  const FeedPosition noon = FeedPosition::before(TimePoint(100ms));
  CHECK(noon.at(0) == noon.at(5));
  CHECK(queue::merged(noon, {page_of(0, {150}), page_of(1, {120})}, 10).end.text() == "150-0.120-0");
}

TEST_CASE("positions of several shards are read as they are written", "[feed][shards]") {
  for (const char* text : {"0-0", "7-1", "7-1.8-2", "0-0.8-2", "1-1.0-0.3-0"})
    CHECK(parse_feed_position(text)->text() == text);
  CHECK(parse_feed_position("7-1.0-0")->text() == "7-1");  // the beginning is where all begin
  for (const char* text : {"", ".", "7-1.", ".7-1", "7-1.x", "7", "7-1 8-2"}) CHECK_FALSE(parse_feed_position(text));
  std::string long_text = "1-1";
  for (int i = 0; i < 32; ++i) long_text += ".1-1";
  CHECK_FALSE(parse_feed_position(long_text));

  const auto left = parse_feed_position("5-0.2-0").value();
  const auto right = parse_feed_position("3-0.4-0").value();
  CHECK_FALSE(left.covers(right));
  CHECK(left.joined(right).text() == "5-0.4-0");
  CHECK(left.met(right).text() == "3-0.2-0");
  CHECK(left.joined(right).covers(left));
  CHECK(left.covers(left.met(right)));
}
