// The queue under arbitrary calls in arbitrary order: after each, all invariants hold.
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <random>

#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

constexpr int steps = 500;
constexpr std::size_t most_jobs = 10;

/// What a call that ends a lease answered, as text: for comparing a repeat with the first.
std::string told(const Result<Outcome>& outcome) {
  return outcome ? std::to_string(static_cast<int>(*outcome)) : std::string(name_of(outcome.error().code));
}
std::string told(const Result<std::optional<Claim>>& outcome) {
  return outcome ? "accepted" : std::string(name_of(outcome.error().code));
}

/// Workers of every kind: careful and frail ones (whose leases lapse at once), alive, lost, and back from the dead.
class Walk {
 public:
  explicit Walk(unsigned seed) : random_(seed) {
    for (int i = 0; i < 4; ++i)
      slots_.push_back(std::make_unique<Slot>(f_.server, "w" + std::to_string(i), i < 2 ? quick : lapsing));
    leases_.resize(slots_.size());
  }

  void step() {
    const std::vector<std::function<void()>> calls{[this] { submit(); },       [this] { submit(); },
                                                   [this] { claim(); },        [this] { claim(); },
                                                   [this] { claim(); },        [this] { renew(); },
                                                   [this] { complete(); },     [this] { fail(flaky); },
                                                   [this] { fail(hopeless); }, [this] { fail(stop_confirmed); },
                                                   [this] { crash(); },        [this] { crash(); },
                                                   [this] { release(); },      [this] { cancel(); },
                                                   [this] { repeat(); },       [this] { repeat(); },
                                                   [this] { reap(); },         [this] { promote(); },
                                                   [this] { promote(); },      [this] { forget(); },
                                                   [this] { redrive(); },      [this] { complete(); },
                                                   [this] { expire(); }};
    calls[below(calls.size())]();
  }

  /// Works off, or cancels, and forgets all there is.
  void finish() {
    last_call_ = "finish";
    for (const JobId& id : ids_) (void)f_.jobs.cancel(default_tenant(), id);
    for (const JobId& id : ids_) (void)f_.server({"ZADD", "platen:{0}:running", "XX", "0", id.text});  // all lapse
    eventually([&] { return f_.janitor.reap() == 0U; });
    for (const JobId& id : ids_) {
      const auto job = f_.jobs.find(default_tenant(), id);
      if (!job) continue;
      CHECK(has_ended(job->state));
      CHECK(f_.janitor.forget({id}));
    }
  }

  [[nodiscard]] std::vector<std::string> broken() { return broken_invariants(f_.connection); }
  [[nodiscard]] const std::string& last_call() const { return last_call_; }
  [[nodiscard]] std::size_t keys_left() { return redis::Value(f_.server({"KEYS", "*"})).size(); }
  [[nodiscard]] int ended() const { return completions_; }

 private:
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }
  bool chance() { return below(2) == 0; }
  const JobId& some_job() { return ids_[below(ids_.size())]; }

  void submit() {
    last_call_ = "submit";
    if (ids_.size() >= most_jobs) return;
    Submission submission = a_submission();
    submission.options.priority = std::array{Priority::high, Priority::normal, Priority::low}[below(3)];
    submission.options.max_attempts = static_cast<std::uint32_t>(1 + below(5));
    if (below(4) == 0) submission.options.delay = std::chrono::milliseconds(chance() ? 1 : 3'600'000);
    if (chance()) submission.options.group = chance() ? "g" : "h";
    if (chance()) submission.upload = uploads_[below(uploads_.size())];
    for (const UploadId& image : uploads_)
      if (chance()) submission.images.push_back(image);
    for (const UploadId& upload : uploads_) submission.upload_bytes[upload] = 1000;
    ids_.push_back(f_.submitted(submission).id);
    if (chance()) CHECK(f_.jobs.submit(submission)->seq == 1);
  }

  void claim() {
    last_call_ = "claim";
    const std::size_t i = below(slots_.size());
    const std::string nonce = "n" + std::to_string(++nonces_);
    const auto claimed = slots_[i]->queue.claim(slots_[i]->worker, nonce);
    REQUIRE(claimed);
    if (!*claimed) return;
    const Lease& lease = (*claimed)->lease;
    CHECK(lease.token > tokens_[lease.job]);
    tokens_[lease.job] = lease.token;
    leases_[i] = **claimed;
    const auto again = slots_[i]->queue.claim(slots_[i]->worker, nonce);
    REQUIRE((again && *again));
    CHECK((*again)->lease.token == lease.token);
  }

  /// A slot's lease, which may be lost long since, and the slot.
  template <class Call>
  void with_lease(const char* name, Call call) {
    last_call_ = name;
    const std::size_t i = below(slots_.size());
    if (leases_[i]) call(slots_[i]->queue, *leases_[i]);
  }

  /// Ends a lease by `call`, and keeps the call and what it answered.
  void end_lease(const char* name, std::function<std::string(LeaseQueue&, const Lease&)> call) {
    with_lease(name, [&](LeaseQueue& queue, const Claim& claim) {
      const std::string answer = call(queue, claim.lease);
      ended_.push_back([lease = claim.lease, answer, call, &queue] { CHECK(call(queue, lease) == answer); });
    });
  }

  void renew() {
    with_lease("renew", [&](LeaseQueue& queue, Claim& claim) {
      REQUIRE(queue.renew(claim.lease, chance() ? std::optional(Progress{}) : std::nullopt));
    });
  }
  void complete() {
    end_lease("complete", [this](LeaseQueue& queue, const Lease& lease) {
      const auto accepted = queue.complete(lease, an_artifact(lease), {});
      if (accepted) {
        const auto [first, is_new] = completed_by_.emplace(lease.job, lease.token);
        CHECK(first->second == lease.token);
        if (is_new) ++completions_;
      }
      return told(accepted);
    });
  }
  void fail(const Error& error) {
    end_lease("fail",
              [error](LeaseQueue& queue, const Lease& lease) { return told(queue.fail_attempt(lease, error)); });
  }
  void crash() {
    end_lease("crash", [](LeaseQueue& queue, const Lease& lease) { return told(queue.crashed(lease, renderer_gone)); });
  }
  void release() {
    end_lease("release", [](LeaseQueue& queue, const Lease& lease) { return told(queue.release(lease)); });
  }
  void repeat() {
    last_call_ = "repeat";
    // Not older: the scripts remember a job's last leases only.
    if (!ended_.empty()) ended_[ended_.size() - 1 - below(std::min<std::size_t>(ended_.size(), 4))]();
  }

  void cancel() {
    last_call_ = "cancel";
    if (ids_.empty()) return;
    const auto canceled = f_.jobs.cancel(default_tenant(), some_job());
    if (!canceled) CHECK(canceled.error().code == Errc::conflict);
  }
  void reap() {
    last_call_ = "reap";
    REQUIRE(f_.janitor.reap());
  }
  void promote() {
    last_call_ = "promote";
    REQUIRE(f_.janitor.promote());
  }
  /// The time of one job is over, if it waits for its first start.
  void expire() {
    last_call_ = "expire";
    if (ids_.empty()) return;
    const JobId& id = some_job();
    const bool waits = !redis::Value(f_.server({"ZSCORE", "platen:{0}:expiry", id.text})).is_nil();
    (void)f_.server({"ZADD", "platen:{0}:expiry", "XX", "0", id.text});
    CHECK(f_.janitor.expire() == (waits ? 1U : 0U));
    if (waits) CHECK(f_.state_of(id) == JobState::expired);
  }
  void redrive() {
    last_call_ = "redrive";
    if (ids_.empty()) return;
    const auto job = f_.jobs.find(default_tenant(), some_job());
    REQUIRE(job);
    const auto redriven = f_.jobs.redrive(default_tenant(), job->id);
    CHECK(redriven.has_value() == (job->state == JobState::failed));
  }
  void forget() {
    last_call_ = "forget";
    if (ids_.empty()) return;
    const std::size_t i = below(ids_.size());
    const auto job = f_.jobs.find(default_tenant(), ids_[i]);
    REQUIRE(job);
    const auto forgotten = f_.jobs.remove(default_tenant(), job->id);
    CHECK(forgotten.has_value() == has_ended(job->state));
    if (!forgotten) return;
    ids_.erase(ids_.begin() + static_cast<long>(i));
    ended_.clear();  // what was answered is forgotten with the job
  }

  QueueFixture f_{{.arguments = {"--appendonly", "no"}}};
  std::mt19937 random_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<std::optional<Claim>> leases_;
  std::vector<JobId> ids_;
  std::vector<UploadId> uploads_{new_upload_id(), new_upload_id()};
  std::map<JobId, LeaseToken> tokens_;
  std::map<JobId, LeaseToken> completed_by_;
  std::vector<std::function<void()>> ended_;
  std::string last_call_;
  int nonces_ = 0;
  int completions_ = 0;
};

}  // namespace

TEST_CASE("whatever is called in whatever order, the invariants hold", "[queue][walk]") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  INFO("seed " << seed);
  Walk walk(seed);
  for (int i = 0; i < steps; ++i) {
    walk.step();
    INFO("step " << i << ": " << walk.last_call());
    REQUIRE(walk.broken() == std::vector<std::string>{});
  }
  CHECK(walk.ended() > 0);
  walk.finish();
  CHECK(walk.broken() == std::vector<std::string>{});
  CHECK(walk.keys_left() ==
        6);  // bell, outbox, the counts (stats, drained), and the feed with its place among the feeds
}

}  // namespace platen::test
