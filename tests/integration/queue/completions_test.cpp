// Jobs that are completed at one moment share a call, and nothing else.
#include <algorithm>

#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/held_caller.hpp"
#include "tests/support/queue_invariants.hpp"

using namespace platen;  // NOLINT: a test file
using namespace platen::test;

namespace {

struct CompletionsFixture : QueueFixture {
  CompletionsFixture() {
    (void)submitted();
    const Claim claim = slot.claim();
    REQUIRE(slot.queue.complete(claim.lease, an_artifact(claim.lease)));  // Redis knows the script from here on
  }

  /// As RedisLeaseQueue::complete says it, and asks for the next job under `nonce`, if there is one.
  void complete(const Lease& lease, std::string nonce) {
    completions.call_later(
        {lease.job.text, std::to_string(lease.token), lease.nonce, codec::encode_artifact(an_artifact(lease)),
         codec::encode_progress({}), "worker", std::move(nonce), "600000"},
        [this](const Result<redis::Value>& answer) {
          REQUIRE(answer);
          told.emplace_back((*answer)[0].text());
          granted.emplace_back((*answer)[1].is_nil() ? "" : (*answer)[1][0].text());
        });
  }

  HeldCaller caller{connection};
  queue::CallBatches completions = queue::RedisLeaseQueue::completions_on(queue::Shard(caller));
  std::vector<std::string> told;     ///< of each completion
  std::vector<std::string> granted;  ///< the next job's id, or ""
};

}  // namespace

TEST_CASE("jobs that are completed in one call end, and are followed, as each by itself", "[queue]") {
  CompletionsFixture f;
  std::vector<JobId> ids;
  for (int i = 0; i < 10; ++i) {
    Submission submission = a_submission();
    if (i < 3) submission.options.group = "g";  // 0 is started; 1 waits for it, and 2 for that one
    if (i == 8) submission.options.priority = Priority::low;
    if (i == 9) submission.tenant = Tenant{"other"};
    ids.push_back(f.submitted(submission).id);
  }
  std::vector<Claim> claims;
  for (int i = 0; i < 6; ++i) claims.push_back(f.slot.claim());
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});

  f.complete(claims[4].lease, "");  // these two go out by themselves
  f.complete(claims[5].lease, "");
  f.complete(claims[0].lease, "one");  // makes way for the second of the group
  f.complete(claims[1].lease, "two");
  f.complete(claims[1].lease, "two");    // a repeat gets the same again
  f.complete(claims[2].lease, "three");  // the last that may start
  f.complete(claims[3].lease, "four");
  Lease lost = claims[0].lease;
  lost.nonce = "somebody else's";
  f.complete(lost, "five");
  f.caller.pass_all_on();

  CHECK(f.told == std::vector<std::string>{"succeeded", "succeeded", "succeeded", "succeeded", "succeeded", "succeeded",
                                           "succeeded", "lost"});
  std::vector<std::string> granted = f.granted;
  CHECK(granted[3] != "");
  CHECK(granted[4] == granted[3]);
  granted.erase(granted.begin() + 4);
  CHECK(std::vector<std::string>(granted.begin(), granted.begin() + 2) == std::vector<std::string>{"", ""});
  CHECK(granted.back().empty());
  std::sort(granted.begin(), granted.end());
  CHECK(std::adjacent_find(std::upper_bound(granted.begin(), granted.end(), ""), granted.end()) == granted.end());
  CHECK(broken_invariants(f.connection) == std::vector<std::string>{});
}
