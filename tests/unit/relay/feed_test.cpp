#include "relay/feed.hpp"

#include <deque>

#include "tests/support/fake_events.hpp"
#include "tests/unit/relay/feed_driver.hpp"

using namespace platen;
using platen::test::FeedDriver;
using platen::test::Reader;

namespace {

const JobId job{"job_00000000000000000000000001"};

}  // namespace

TEST_CASE("a new subscriber gets the history and then live events", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  driver.events.publish(job, EventKind::started);
  Reader reader;
  driver.add(reader, 0);
  driver.settle();
  CHECK(reader.seen() == "queued 1, started 2");

  driver.events.publish(job, EventKind::progress);
  driver.settle();
  CHECK(reader.seen() == "queued 1, started 2, progress 3");
  CHECK(driver.replays == 1);
}

TEST_CASE("history is not asked for before live delivery runs", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader reader;
  driver.add(reader, 0);
  CHECK(driver.replays == 0);
  driver.events.step_live();
  driver.pump();
  CHECK(driver.replays == 1);
}

TEST_CASE("a subscriber resumes after the event that it saw last", "[relay]") {
  FeedDriver driver(job);
  for (int i = 0; i < 5; ++i) driver.events.publish(job, EventKind::progress);
  Reader reader;
  driver.add(reader, 3);
  driver.settle();
  CHECK(reader.seen() == "progress 4, progress 5");
}

TEST_CASE("an event that arrives live and in the replay is delivered once", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader reader;
  driver.add(reader, 0);
  driver.events.step_live();  // subscribed
  driver.pump();
  driver.events.publish(job, EventKind::started);   // on its way live, and in the answer
  driver.events.step_replay();                      // Redis answers
  driver.events.publish(job, EventKind::progress);  // too late for the answer
  driver.events.step_live();
  driver.events.step_live();
  driver.settle();
  CHECK(reader.seen() == "queued 1, started 2, progress 3");
  CHECK(driver.replays == 1);
}

TEST_CASE("a latecomer's replay does not hold up those who are live", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader first;
  driver.add(first, 0);
  driver.settle();
  Reader second;
  driver.add(second, 0);
  driver.events.publish(job, EventKind::started);
  driver.events.step_live();
  CHECK(first.seen() == "queued 1, started 2");
  driver.settle();
  CHECK(second.seen() == "queued 1, started 2");
  CHECK(first.seen() == "queued 1, started 2");
}

TEST_CASE("a gap between live events is filled from history", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader reader;
  driver.add(reader, 0);
  driver.settle();
  driver.events.publish(job, EventKind::started);
  const Event third = driver.events.publish(job, EventKind::progress);
  driver.feed.on_event(third);  // as if the second had been lost on its way
  driver.pump();
  driver.settle();
  CHECK(reader.seen() == "queued 1, started 2, progress 3");
}

TEST_CASE("what is published while the connection is lost is delivered when it is back", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader reader;
  driver.add(reader, 0);
  driver.settle();
  driver.events.publish(job, EventKind::started);
  driver.events.lose_live();
  driver.events.publish(job, EventKind::progress);
  driver.settle();
  CHECK(reader.seen() == "queued 1, started 2, progress 3");
}

TEST_CASE("an answer from before the connection was lost is not used", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader reader;
  driver.add(reader, 0);
  driver.events.step_live();
  driver.pump();
  driver.events.step_replay();
  driver.events.lose_live();
  driver.events.step_replay_answer();
  CHECK(reader.seen().empty());
  driver.settle();
  CHECK(reader.seen() == "queued 1");
}

TEST_CASE("a replay that fails is asked for again only after a while", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader reader;
  driver.add(reader, 0);
  driver.events.step_live();
  driver.pump();
  driver.events.lose_replays();
  driver.settle();
  CHECK(driver.replays == 1);
  driver.retry();
  driver.settle();
  CHECK(reader.seen() == "queued 1");
}

TEST_CASE("a terminal event ends the stream", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader reader;
  driver.add(reader, 0);
  driver.settle();
  driver.events.publish(job, EventKind::canceled);
  driver.settle();
  CHECK(reader.seen() == "queued 1, canceled 2");
  CHECK(reader.finished);
  CHECK(driver.feed.empty());
}

TEST_CASE("whoever has seen the end already is let go at once", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  driver.events.publish(job, EventKind::failed);
  Reader reader;
  driver.add(reader, 2);
  driver.settle();
  CHECK(reader.seen().empty());
  CHECK(reader.finished);
}

TEST_CASE("a job that is no longer there ends its streams", "[relay]") {
  FeedDriver driver(job);
  Reader reader;
  driver.add(reader, 0);
  driver.settle();
  CHECK(reader.finished);
}

TEST_CASE("the link to the result is signed as the event goes out", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::succeeded);
  Reader reader;
  driver.add(reader, 0);
  driver.settle();
  CHECK(reader.text.find("https://example.org/d/" + job.text + "?tenant=default") != std::string::npos);
  CHECK(reader.text.find("a.1.pdf") == std::string::npos);
}

TEST_CASE("trimmed history is made up for by a reset with the present", "[relay]") {
  FeedDriver driver(job);
  for (int i = 0; i < 9; ++i) driver.events.publish(job, EventKind::progress);
  driver.events.trim(job, 3);
  Reader early;
  Reader late;
  driver.add(early, 2);
  driver.add(late, 6);
  driver.settle();
  CHECK(early.seen() == "reset 9");
  CHECK(late.seen() == "progress 7, progress 8, progress 9");

  driver.events.publish(job, EventKind::progress);
  driver.settle();
  CHECK(early.seen() == "reset 9, progress 10");
}

TEST_CASE("a rolled-back Redis shows as a reset, and the stream goes on from there", "[relay]") {
  FeedDriver driver(job);
  for (int i = 0; i < 5; ++i) driver.events.publish(job, EventKind::progress);
  Reader reader;
  driver.add(reader, 4);
  driver.settle();
  driver.events.roll_back(job, 3);
  driver.events.publish(job, EventKind::retrying);
  driver.settle();
  CHECK(reader.seen() == "progress 5, reset 4");
  driver.events.publish(job, EventKind::started);
  driver.settle();
  CHECK(reader.seen() == "progress 5, reset 4, started 5");
}

TEST_CASE("the reset of an ended job has no id and is followed by the end", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  driver.events.publish(job, EventKind::succeeded);
  Reader reader;
  driver.add(reader, 12);
  driver.settle();
  CHECK(reader.seen() == "reset, succeeded 2");
  CHECK(reader.frames()[1].data.find("/d/") != std::string::npos);
  CHECK(reader.finished);
}

TEST_CASE("a replay that more events overtake than can be held is asked for again", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  Reader reader;
  driver.add(reader, 0);
  driver.events.step_live();
  driver.pump();
  driver.events.step_replay();
  for (int i = 0; i < 400; ++i) driver.events.publish(job, EventKind::progress);
  while (driver.events.step_live()) driver.pump();
  driver.settle();
  CHECK(driver.replays == 2);
  CHECK(reader.frames().size() == 401);
  CHECK(reader.frames().back().id == 401);
}

TEST_CASE("a rollback that a latecomer's replay tells of first resets those who are live too", "[relay]") {
  FeedDriver driver(job);
  for (int i = 0; i < 5; ++i) driver.events.publish(job, EventKind::progress);
  Reader live;
  driver.add(live, 4);
  driver.settle();
  driver.events.forget(job);
  driver.events.publish(job, EventKind::queued);
  Reader late;
  driver.add(late, 0);
  driver.settle();
  CHECK(live.seen() == "progress 5, reset 1");
  CHECK(late.seen() == "queued 1");
}

TEST_CASE("who joins a crowd is given what the others have, and Redis is not read", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  driver.events.publish(job, EventKind::started);
  std::deque<Reader> crowd(relay::RecentNotices::least_readers);
  for (Reader& reader : crowd) driver.add(reader, 0);
  driver.settle();
  CHECK(driver.replays == 1);
  driver.events.publish(job, EventKind::progress);
  driver.settle();

  Reader late;
  driver.add(late, 0);
  CHECK(late.seen() == "queued 1, started 2, progress 3");  // at once
  Reader back;
  driver.add(back, 2);
  CHECK(back.seen() == "progress 3");
  Reader up_to_date;
  driver.add(up_to_date, 3);
  CHECK(up_to_date.seen() == "");
  driver.events.publish(job, EventKind::progress);
  driver.settle();
  CHECK(late.seen() == "queued 1, started 2, progress 3, progress 4");
  CHECK(back.seen() == "progress 3, progress 4");
  CHECK(up_to_date.seen() == "progress 4");
  CHECK(driver.replays == 1);

  Reader ahead;  // of all that is known: a rollback may have undone it
  driver.add(ahead, 9);
  driver.settle();
  CHECK(driver.replays == 2);
  CHECK(ahead.seen() == "reset 4");
}

TEST_CASE("what is kept for a crowd ends with the connection, and with the crowd", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  std::deque<Reader> crowd(relay::RecentNotices::least_readers);
  for (Reader& reader : crowd) driver.add(reader, 0);
  driver.settle();
  driver.events.lose_live();
  driver.events.publish(job, EventKind::started);
  Reader late;
  driver.add(late, 0);
  CHECK(late.seen() == "");
  driver.settle();
  CHECK(late.seen() == "queued 1, started 2");
  CHECK(crowd.front().seen() == "queued 1, started 2");

  const int before = driver.replays;
  for (Reader& reader : crowd) driver.feed.remove(reader);
  driver.feed.remove(late);
  Reader alone;
  driver.add(alone, 0);
  driver.settle();
  CHECK(driver.replays == before + 1);
  CHECK(alone.seen() == "queued 1, started 2");
}

TEST_CASE("of a long history only the newest is kept for a crowd, and who lacks more has it read", "[relay]") {
  FeedDriver driver(job);
  driver.events.publish(job, EventKind::queued);
  std::deque<Reader> crowd(relay::RecentNotices::least_readers);
  for (Reader& reader : crowd) driver.add(reader, 0);
  driver.settle();
  for (int i = 0; i < 500; ++i) driver.events.publish(job, EventKind::progress);
  driver.settle();
  const int before = driver.replays;
  Reader near;
  driver.add(near, 499);
  CHECK(near.seen() == "progress 500, progress 501");
  CHECK(driver.replays == before);
  Reader far;
  driver.add(far, 0);
  driver.settle();
  CHECK(driver.replays == before + 1);
  CHECK(far.frames().size() == 501);
}
