// What is wrong between shards is seen by who looks for it.
#include "tests/support/shard_invariants.hpp"

#include "tests/integration/queue/shards_fixture.hpp"

namespace platen::test {

namespace {

/// Two shards with a group's job each, of which the second's has ended and is told of on the first.
struct BrokenShards : ShardsFixture {
  BrokenShards() {
    Webhook webhook;
    webhook.id = new_webhook_id();
    webhook.target = {"https://example.org/hook", "example.org:443"};
    webhook.events = {EventKind::succeeded};
    REQUIRE(front.webhooks().create(webhook, "whsec_c2VjcmV0"));
    second = submitted_on(1, of_group("b")).id;
    const Lease lease = claim()->lease;
    REQUIRE(slot.complete(lease, an_artifact(lease)));
    (void)submitted_on(0, of_group("a"));
    REQUIRE(front.deliveries().fan_out());
    REQUIRE(told() == std::vector<std::string>{});
  }

  static Submission of_group(const std::string& name) {
    Submission submission = a_submission();
    submission.options.group = name;
    return submission;
  }
  std::vector<std::string> told() { return broken_across({&connections[0], &connections[1]}); }
  /// Whether the one thing that is told says this.
  bool tells(const std::string& what) {
    const std::vector<std::string> all = told();
    for (const std::string& each : all) UNSCOPED_INFO(each);
    return all.size() == 1 && all.front().find(what) != std::string::npos;
  }

  JobId second;
};

}  // namespace

TEST_CASE("what belongs to another shard is told of", "[queue][shards]") {
  BrokenShards f;
  const auto on_second = [&](std::vector<std::string> command) { (void)f.servers[1](command); };
  const std::string others = new_job_id(0).text;
  on_second({"SET", "platen:{1}:job:" + others + ":x", "1"});
  CHECK(f.tells("job:" + others + ":x is on another's shard"));
  on_second({"DEL", "platen:{1}:job:" + others + ":x"});
  for (const std::string name : {"keys", "webhooks:default", "delivery:msg_1", "due:example.org:443", "lanes"}) {
    on_second({"SET", "platen:{1}:" + name, "1"});
    CHECK(f.tells(name + " is not on the first shard"));
    on_second({"DEL", "platen:{1}:" + name});
  }
  on_second({"XADD", "platen:{1}:feed:default", "*", "event", "{\"job\":\"" + others + "\"}"});
  CHECK(f.tells("feed:default tells of '" + others));
}

TEST_CASE("what may be on one shard alone and is on two is told of", "[queue][shards]") {
  BrokenShards f;
  for (const std::string name : {"dedupe:default:key", "content:default:text"}) {
    for (const std::string prefix : {"platen:{0}:", "platen:{1}:"})
      (void)f.servers[prefix[8] == '0' ? 0 : 1]({"SET", prefix + name, "1"});
    CHECK(f.tells(name + " is on two shards"));
    (void)f.servers[1]({"DEL", "platen:{1}:" + name});
  }
  // The group of the first shard's job has another one on the second.
  (void)f.servers[1]({"HSET", "platen:{1}:job:" + f.second.text, "group", "a"});
  CHECK(f.tells("group default:a is on two shards"));
}

TEST_CASE("an end that does not reach the first shard's outbox is told of", "[queue][shards]") {
  BrokenShards f;
  const redis::Reply brought = f.servers[0]({"XRANGE", "platen:{0}:outbox", "-", "+"});
  REQUIRE(redis::Value(brought).size() == 1);
  const auto change = [&](const char* outbox, std::vector<std::string> entry) {
    entry.insert(entry.begin(), {"XADD", outbox, "*"});
    (void)f.servers[std::string(outbox).find("{0}") != std::string::npos ? 0 : 1](entry);
  };
  // A second end of the same job, of which nobody tells the first shard.
  change("platen:{1}:outbox", {"job", f.second.text, "tenant", "default", "seq", "9", "snapshot", "text"});
  CHECK(f.tells(f.second.text + " has ended, and the first shard is not told"));
  change("platen:{0}:outbox", {"job", f.second.text, "tenant", "default", "seq", "9", "snapshot", "text"});
  CHECK(f.told().empty());
  const std::string others = new_job_id(0).text;
  change("platen:{1}:outbox", {"job", others, "tenant", "default", "seq", "1"});
  CHECK(f.tells(others + " ended in the outbox of shard 1"));
}

TEST_CASE("an end that was taken from a shard's outbox and not brought is told of", "[queue][shards]") {
  BrokenShards f;
  (void)f.servers[1]({"XADD", "platen:{1}:outbox", "*", "job", f.second.text, "tenant", "default", "seq", "9"});
  CHECK(f.told().empty());  // nobody wants to hear of it
  REQUIRE(queue::run(queue::Shard(f.connections[1], 1), queue::scripts::outbox_take, {}));
  CHECK(f.tells("outbox has entries that were taken and not brought"));
}

}  // namespace platen::test
