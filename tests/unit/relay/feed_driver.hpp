// One feed and the imagined Redis behind it, joined as the hub joins them.
#pragma once

#include <cstdint>

#include "relay/feed.hpp"
#include "tests/support/fake_events.hpp"
#include "tests/unit/relay/reader.hpp"

namespace platen::test {

class FeedDriver final : public JobEventsListener {
 public:
  explicit FeedDriver(JobId id) : job(std::move(id)) {
    events.listen(*this);
    events.watch(job);
  }

  void add(Reader& reader, Seq after) {
    feed.add(reader, after);
    pump();
  }
  void pump() {
    const std::uint64_t ticket = last_ticket_ + 1;
    const auto span = feed.begin_replay(ticket);
    if (!span) return;
    last_ticket_ = ticket;
    ++replays;
    events.replay(job, *span, [this, ticket](const Result<Replay>& answer) {
      if (feed.on_replay(ticket, answer)) pump();
    });
  }
  void retry() {
    feed.retry();
    pump();
  }
  void settle() { events.settle(); }

  void on_subscribed(const JobId&) override {
    feed.on_subscribed();
    pump();
  }
  void on_event(Event event) override {
    feed.on_event(event);
    pump();
  }
  void on_lost(const WhichJobs&) override { feed.on_lost(); }
  void on_back(const WhichJobs&) override { events.watch(job); }

  JobId job;
  FakeEvents events;
  int replays = 0;

 private:
  PlainSigner signer_;
  relay::NoticeMaker notices_{signer_, "https://example.org"};
  std::uint64_t last_ticket_ = 0;

 public:
  relay::JobFeed feed{notices_};
};

}  // namespace platen::test
