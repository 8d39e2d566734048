// API keys in a real Redis, and what they may submit.
#include "base/api_key.hpp"
#include "base/clock.hpp"
#include "queue/key_registry.hpp"
#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

using namespace platen;
using namespace platen::test;
using namespace std::chrono_literals;

namespace {

ApiKey a_key(const std::string& tenant = "acme") {
  const NewApiKey minted = new_api_key();
  ApiKey key;
  key.id = minted.id;
  key.sha256 = minted.sha256;
  key.tenant = Tenant{tenant};
  key.scopes = Scopes().with(Scope::submit).with(Scope::read);
  key.name = "the nightly \"run\"\n";
  key.submits = {100, 60s};
  key.created_at = SystemClock().now();
  return key;
}

struct Fixture {
  [[nodiscard]] ApiKey find(const KeyId& id) {
    const KeyList list = registry.list().value();
    const auto found =
        std::find_if(list.keys.begin(), list.keys.end(), [&](const ApiKey& key) { return key.id == id; });
    REQUIRE(found != list.keys.end());
    return *found;
  }
  RedisServer server;
  redis::Connection redis{server.url()};
  queue::RedisKeyRegistry registry{redis};
  queue::RedisJobQueue jobs{redis};
};

}  // namespace

TEST_CASE("a key is kept with all but its secret", "[queue][keys]") {
  Fixture fixture;
  ApiKey key = a_key();
  key.ends_at = key.created_at + 1h;
  REQUIRE(fixture.registry.create(key));
  const ApiKey kept = fixture.find(key.id);
  CHECK(kept.sha256 == key.sha256);
  CHECK(kept.tenant == key.tenant);
  CHECK(kept.scopes == key.scopes);
  CHECK(kept.name == key.name);
  CHECK(kept.submits == key.submits);
  CHECK_FALSE(kept.requests.is_set());
  CHECK(kept.created_at == key.created_at);
  CHECK(kept.ends_at == key.ends_at);
  CHECK(fixture.registry.create(key).error().code == Errc::conflict);
}

TEST_CASE("a key ends when it is told to, and never later than it would", "[queue][keys]") {
  Fixture fixture;
  ApiKey key = a_key();
  REQUIRE(fixture.registry.create(key));
  const auto hour = SystemClock().now() + 1h;
  REQUIRE(fixture.registry.end(key.id, hour));
  CHECK(fixture.find(key.id).ends_at == hour);
  REQUIRE(fixture.registry.end(key.id, hour + 1h));
  CHECK(fixture.find(key.id).ends_at == hour);
  REQUIRE(fixture.registry.end(key.id, std::nullopt));
  const auto ended = fixture.find(key.id).ends_at;
  REQUIRE(ended);
  CHECK(*ended < hour);
  CHECK(fixture.registry.end(a_key().id, std::nullopt).error().code == Errc::not_found);
}

TEST_CASE("a rotated key has a successor in the same step", "[queue][keys]") {
  Fixture fixture;
  const ApiKey old = a_key();
  const ApiKey successor = a_key();
  CHECK(fixture.registry.rotate(old.id, std::nullopt, successor).error().code == Errc::not_found);
  CHECK(fixture.registry.list().value().keys.empty());
  REQUIRE(fixture.registry.create(old));
  const auto tomorrow = SystemClock().now() + 24h;
  REQUIRE(fixture.registry.rotate(old.id, tomorrow, successor));
  CHECK(fixture.find(old.id).ends_at == tomorrow);
  CHECK_FALSE(fixture.find(successor.id).ends_at);
}

TEST_CASE("whoever knows the version is told only of changes", "[queue][keys]") {
  Fixture fixture;
  std::vector<Result<std::optional<KeyList>>> answers;
  const auto ask = [&](const std::string& known) {
    fixture.registry.list_later(known, [&](auto answer) { answers.push_back(std::move(answer)); });
    return answers.back().value();
  };
  const auto empty = ask("");
  REQUIRE(empty);
  CHECK(empty->keys.empty());
  CHECK_FALSE(ask(empty->version));
  REQUIRE(fixture.registry.create(a_key()));
  const auto first = ask(empty->version);
  REQUIRE(first);
  CHECK(first->keys.size() == 1);
  CHECK_FALSE(ask(first->version));
  REQUIRE(fixture.registry.end(first->keys.front().id, std::nullopt));
  CHECK(ask(first->version));
}

TEST_CASE("a key that cannot be read is none", "[queue][keys]") {
  Fixture fixture;
  const ApiKey good = a_key();
  REQUIRE(fixture.registry.create(good));
  for (const char* const kept : {"", "{}", "[]", R"({"tenant":"a:b","scopes":[],"sha256":""})"}) {
    const std::string_view command[] = {"HSET", "platen:{0}:keys", "0123456789ab", kept};
    REQUIRE(fixture.redis.call(command));
    const KeyList list = fixture.registry.list().value();
    REQUIRE(list.keys.size() == 1);
    CHECK(list.keys.front().id == good.id);
  }
}

TEST_CASE("a key submits as many jobs as its limit has, whichever front end takes them", "[queue][keys]") {
  Fixture fixture;
  redis::Connection second_connection(fixture.server.url());
  queue::RedisJobQueue second(second_connection);
  const Metering metering{KeyId{"0123456789ab"}, {3, 3600s}};
  const auto submission = [&] {
    Submission wanted = a_submission();
    wanted.metering = metering;
    return wanted;
  };
  const Submission first = submission();
  CHECK(fixture.jobs.submit(first).value().allowance->left == 2);
  CHECK(fixture.jobs.submit(first));  // a repeat is not counted
  const auto job = second.submit(submission());
  CHECK(job->allowance->left == 1);
  CHECK(job->allowance->full_in > 2300s);
  CHECK(job->allowance->full_in <= 2400s);
  CHECK(fixture.jobs.submit(submission()).value().allowance->left == 0);
  const auto refused = second.submit(submission());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::rate_limited);
  CHECK(refused.error().retry_after.value() > 1100s);
  CHECK(refused.error().retry_after.value() <= 1200s);
  // Another key's, and nobody's, are not held up; and the refused one left nothing.
  Submission other = submission();
  other.metering->key.text = "ba9876543210";
  CHECK(fixture.jobs.submit(other));
  CHECK_FALSE(fixture.jobs.submit(a_submission()).value().allowance);
  for (const std::string& sentence : broken_invariants(fixture.redis)) FAIL_CHECK(sentence);
}
