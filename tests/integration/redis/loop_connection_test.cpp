// The loop-driven connection and the one that threads share.
#include "redis/loop_connection.hpp"

#include <thread>

#include "redis/shared_connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/redis_server.hpp"

namespace platen::test {

namespace {

using Words = std::vector<std::string_view>;

/// Turns the loop until `ready`.
template <class Ready>
void turn_until(Loop& loop, Ready ready) {
  eventually([&] {
    loop.turn(std::chrono::milliseconds(5));
    return static_cast<bool>(ready());
  });
}

/// Hears what a connection says of itself.
struct Watcher {
  redis::LoopConnection::Events events() {
    return {[this] { ++ups; }, [this] { ++downs; }, {}};
  }
  redis::LoopConnection::Events subscriber_events() {
    auto heard = events();
    heard.pushed = [this](const redis::Value& push) {
      pushes.push_back(std::string(push[0].text()) + " " + std::string(push[2].text()));
    };
    return heard;
  }
  int ups = 0;
  int downs = 0;
  std::vector<std::string> pushes;
};

}  // namespace

TEST_CASE("commands of one turn are answered in their order", "[redis][loop]") {
  RedisServer server;
  Loop loop;
  redis::LoopConnection connection(loop, server.url(), {});
  std::vector<long long> answers;
  for (int i = 0; i < 100; ++i) {
    connection.call(Words{"INCR", "n"}, [&](const Result<redis::Reply>& reply) {
      REQUIRE(reply);
      answers.push_back(redis::Value(*reply).integer());
    });
  }
  CHECK(answers.empty());
  turn_until(loop, [&] { return answers.size() == 100; });
  for (int i = 0; i < 100; ++i) CHECK(answers[static_cast<std::size_t>(i)] == i + 1);
}

TEST_CASE("a loop connection comes back after Redis did, and answers for what was lost", "[redis][loop]") {
  RedisServer server;
  Loop loop;
  Watcher watcher;
  redis::LoopConnection connection(loop, server.url(), watcher.events());
  turn_until(loop, [&] { return watcher.ups == 1; });
  server.kill9();
  std::optional<Result<redis::Reply>> answer;
  connection.call(Words{"PING"}, [&](Result<redis::Reply> reply) { answer = std::move(reply); });
  turn_until(loop, [&] { return answer.has_value() && watcher.downs == 1; });
  CHECK(answer->error().code == Errc::unavailable);
  CHECK_FALSE(connection.is_up());

  bool refused = false;
  connection.call(Words{"PING"}, [&](const Result<redis::Reply>& reply) { refused = !reply; });
  CHECK_FALSE(refused);  // never from within the call
  turn_until(loop, [&] { return refused; });

  server.restart();
  turn_until(loop, [&] { return watcher.ups == 2; });
  CHECK(watcher.downs == 1);
}

TEST_CASE("a Redis that falls silent is noticed", "[redis][loop]") {
  RedisServer server;
  Loop loop;
  Watcher watcher;
  redis::LoopConnection connection(
      loop, server.url(), watcher.events(),
      {.ping_after = std::chrono::milliseconds(1), .silence_at_most = std::chrono::milliseconds(200)});
  turn_until(loop, [&] { return watcher.ups == 1; });
  server.freeze();
  turn_until(loop, [&] { return watcher.downs == 1; });
  server.thaw();
  turn_until(loop, [&] { return watcher.ups == 2; });
}

TEST_CASE("what is asked while a lost Redis is dialled does not wait for it", "[redis][loop]") {
  RedisServer server;
  Loop loop;
  Watcher watcher;
  redis::LoopConnection connection(loop, server.url(), watcher.events(),
                                   {.connect_timeout = std::chrono::minutes(10),
                                    .ping_after = std::chrono::milliseconds(1),
                                    .silence_at_most = std::chrono::milliseconds(200)});
  turn_until(loop, [&] { return watcher.ups == 1; });
  server.freeze();  // the kernel goes on accepting connections for it
  turn_until(loop, [&] { return watcher.downs == 1; });
  for (int i = 0; i < 20; ++i) {
    loop.turn(std::chrono::milliseconds(10));
    bool refused = false;
    connection.call(Words{"PING"}, [&](const Result<redis::Reply>& reply) { refused = !reply; });
    turn_until(loop, [&] { return refused; });
  }
  server.thaw();
  turn_until(loop, [&] { return watcher.ups == 2; });
}

TEST_CASE("silence is noticed within five seconds unless told otherwise", "[redis][loop]") {
  const redis::LoopConnectionOptions standard;
  CHECK(standard.ping_after + standard.silence_at_most + std::chrono::milliseconds(500) <= std::chrono::seconds(5));
  CHECK(standard.last_retry <= std::chrono::seconds(1));
}

TEST_CASE("a subscriber hears what is published, also while nothing is", "[redis][loop]") {
  RedisServer server;
  Loop loop;
  Watcher watcher;
  redis::LoopConnection connection(loop, server.url(), watcher.subscriber_events(),
                                   {.ping_after = std::chrono::milliseconds(1)});
  turn_until(loop, [&] { return connection.is_up(); });
  connection.send(Words{"SUBSCRIBE", "news"});
  turn_until(loop, [&] { return !watcher.pushes.empty() && watcher.pushes.back().starts_with("pong"); });
  (void)server({"PUBLISH", "news", "hello"});
  turn_until(loop, [&] { return watcher.pushes.back() == "message hello"; });
  CHECK(watcher.downs == 0);
}

TEST_CASE("a wrong password keeps a loop connection down", "[redis][loop]") {
  RedisServer server({.password = "open sesame"});
  redis::Url url = server.url();
  url.password = "guess";
  Loop loop;
  Watcher watcher;
  redis::LoopConnection connection(loop, url, watcher.events());
  bool refused = false;
  connection.call(Words{"PING"}, [&](const Result<redis::Reply>& reply) { refused = !reply; });
  turn_until(loop, [&] { return refused; });
  CHECK(watcher.ups == 0);
}

TEST_CASE("more commands than a loop connection holds are busy", "[redis][loop]") {
  RedisServer server;
  Loop loop;
  redis::LoopConnection connection(loop, server.url(), {}, {.most_pending = 2});
  std::vector<bool> answered;
  std::optional<Errc> refusal;
  for (int i = 0; i < 3; ++i) {
    connection.call(Words{"PING"}, [&](const Result<redis::Reply>& reply) {
      if (!reply) refusal = reply.error().code;
      answered.push_back(reply.has_value());
    });
  }
  turn_until(loop, [&] { return answered.size() == 3; });
  CHECK(answered == std::vector<bool>{false, true, true});
  CHECK(refusal == Errc::busy);
}

TEST_CASE("threads share a connection, and each gets its own answer", "[redis][shared]") {
  RedisServer server;
  redis::SharedConnection connection(server.url());
  Guarded<int> wrong;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 200; ++i) {
          const std::string word = std::to_string(thread) + ":" + std::to_string(i);
          const auto reply = connection.call(Words{"ECHO", word});
          if (!reply || redis::Value(*reply).text() != word) ++*wrong.lock();
        }
      });
    }
  }
  CHECK(*wrong.lock() == 0);
}

TEST_CASE("a shared connection answers unavailable in time while Redis is silent, and works again after",
          "[redis][shared]") {
  RedisServer server;
  redis::SharedConnection connection(server.url(), {.command_timeout = std::chrono::milliseconds(50)});
  CHECK(eventually([&] { return connection.call(Words{"PING"}).has_value(); }));
  server.freeze();
  CHECK(connection.call(Words{"PING"}).error().code == Errc::unavailable);
  server.thaw();
  CHECK(eventually([&] { return connection.call(Words{"PING"}).has_value(); }));
  server.kill9();
  CHECK(connection.call(Words{"PING"}).error().code == Errc::unavailable);
  server.restart();
  CHECK(eventually([&] { return connection.call(Words{"PING"}).has_value(); }));
}

TEST_CASE("a shared connection to nowhere refuses instead of hanging", "[redis][shared]") {
  redis::Url nowhere;
  nowhere.socket_path = "/nowhere/redis.sock";
  redis::SharedConnection connection(nowhere);
  for (int i = 0; i < 3; ++i) CHECK(connection.call(Words{"PING"}).error().code == Errc::unavailable);
}

}  // namespace platen::test
