// Redis behind sentinels: every kind of connection finds the primary, and the next one.
#include "redis/connection.hpp"
#include "redis/loop_connection.hpp"
#include "redis/shared_connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/sentinels.hpp"

namespace platen::test {

namespace {

using Words = std::vector<std::string_view>;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

TEST_CASE("connections follow the primary that the sentinels name, and leave one that is none any more", "[redis]") {
  Sentinels sentinels;
  sentinels.kill_sentinel(0);  // the first that is asked; the other two decide
  redis::Connection plain(sentinels.url());
  redis::SharedConnection shared(sentinels.url());
  Loop loop;
  int times_subscribed = 0;
  std::string told;
  redis::LoopConnection* subscribing = nullptr;
  redis::LoopConnection subscriber(loop, sentinels.url(),
                                   {[&] {
                                      subscribing->send(Words{"SUBSCRIBE", "news"});
                                    },
                                    [] {},
                                    [&](const redis::Value& push) {
                                      if (push[0].text() == "subscribe") ++times_subscribed;
                                      if (push[0].text() == "message") told = push[2].text();
                                    }});
  subscribing = &subscriber;
  const auto turn_until = [&](const std::function<bool()>& done) {
    eventually(
        [&] {
          loop.turn(milliseconds(20));
          return done();
        },
        seconds(60));
  };

  REQUIRE(plain.call(Words{"SET", "key", "before"}));
  REQUIRE(shared.call(Words{"GET", "key"}));
  turn_until([&] { return times_subscribed == 1; });

  sentinels.kill_primary();
  CHECK_FALSE(plain.call(Words{"GET", "key"}));
  sentinels.await_failover();
  CHECK(eventually([&] { return plain.call(Words{"SET", "key", "after"}).has_value(); }, seconds(60)));
  CHECK(eventually([&] { return shared.call(Words{"SET", "key", "after"}).has_value(); }, seconds(60)));
  turn_until([&] { return times_subscribed == 2; });
  REQUIRE(plain.call(Words{"PUBLISH", "news", "good"}));
  turn_until([&] { return told == "good"; });

  sentinels.bring_back();
  CHECK(sentinels.primary() != sentinels.killed());
  redis::Connection late(sentinels.url());
  CHECK(redis::Value(*late.call(Words{"ROLE"}))[0].text() == "master");

  // What a connection hears when its primary becomes a replica under it: it leaves.
  const std::uint16_t now = sentinels.primary();
  (void)sentinels.ask(now, {"REPLICAOF", "127.0.0.1", std::to_string(sentinels.killed())});
  CHECK_FALSE(plain.call(Words{"SET", "key", "lost"}));
  CHECK_FALSE(plain.call(Words{"SET", "key", "lost"}));
  CHECK_THAT(plain.trouble(), has_text("is not the primary"));
}

TEST_CASE("a sentinel that is dead costs no attempt, whichever is asked first", "[redis]") {
  Sentinels sentinels;
  const std::uint16_t primary = sentinels.primary();
  redis::Url url = sentinels.url();
  // Only the one that lives is heard of: what it names is no primary any more.
  for (std::size_t dead : {0U, 2U}) sentinels.kill_sentinel(dead);
  (void)sentinels.ask(primary, {"REPLICAOF", "127.0.0.1", "1"});
  redis::Connection connection(url);
  for (int i = 0; i < 4; ++i) {
    CHECK_FALSE(connection.call(Words{"PING"}));
    CHECK_THAT(connection.trouble(), has_text("is not the primary"));
  }
}

TEST_CASE("sentinels that do not know the name, or are not there, are told of", "[redis]") {
  Sentinels sentinels;
  redis::Url url = sentinels.url();
  url.primary_name = "other";
  redis::Connection unknown(url);
  CHECK_FALSE(unknown.call(Words{"PING"}));
  CHECK_THAT(unknown.trouble(), has_text("knows no primary 'other'"));
  // One that says nothing takes little of the time that the others have.
  const LoopbackListener silent = listen_on_loopback();
  url = sentinels.url();
  url.sentinels.front().port = silent.port;
  redis::Connection patient(url);
  CHECK(patient.call(Words{"PING"}));
  url.sentinels = {{"127.0.0.1", silent.port}};
  redis::Connection alone(url);
  CHECK_FALSE(alone.call(Words{"PING"}));
}

}  // namespace platen::test
