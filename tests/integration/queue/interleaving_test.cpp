// Two workers, a reaper and a canceller on one job, in every order there is, beside a model of what must come of it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>

#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

enum class End : std::uint8_t { complete, fail, crash, release };
enum Actor : std::uint8_t { first_worker, second_worker, reaper, canceller };

/// What the queue promises of one job, without Redis: each call as a change of a few values, and its answer.
/// Every lease has lapsed when the reaper looks, every retry is due when it promotes.
class Model {
 public:
  explicit Model(std::uint32_t max_attempts) : max_attempts_(max_attempts) {}

  /// The new lease's token, or 0 where nothing waits.
  LeaseToken claim() {
    if (state != JobState::queued) return 0;
    ++attempt;
    become(JobState::running);
    return ++token_;
  }
  LeaseState renew(LeaseToken token) const {
    if (!holds(token)) return LeaseState::lost;
    return state == JobState::canceling ? LeaseState::cancel_requested : LeaseState::held;
  }
  bool complete(LeaseToken token) {
    if (!holds(token)) return false;
    become(JobState::succeeded);
    return true;
  }
  /// What became of the job, or nullopt where the lease was lost.
  std::optional<Outcome> end(LeaseToken token, End how) {
    if (!holds(token)) return std::nullopt;
    if (state == JobState::canceling) {
      if (how == End::crash) ++crashes;
      become(JobState::canceled);
      return Outcome::canceled;
    }
    if (how == End::fail) return retry();
    if (how == End::crash && ++crashes == 3) {
      become(JobState::failed);
      return Outcome::failed;
    }
    --attempt;
    become(JobState::queued);
    return Outcome::queued;
  }
  void reap() {
    if (state == JobState::canceling)
      become(JobState::canceled);
    else if (state == JobState::running)
      (void)retry();
  }
  void promote() {
    if (state == JobState::retrying) become(JobState::queued);
  }
  /// False for a job that has ended otherwise.
  bool cancel() {
    if (state == JobState::running)
      become(JobState::canceling);
    else if (state == JobState::queued || state == JobState::retrying)
      become(JobState::canceled);
    return state == JobState::canceling || state == JobState::canceled;
  }

  JobState state = JobState::queued;
  Seq seq = 1;
  std::uint32_t attempt = 0;
  std::uint32_t crashes = 0;

 private:
  bool holds(LeaseToken token) const {
    return token == token_ && (state == JobState::running || state == JobState::canceling);
  }
  Outcome retry() {
    const bool may = attempt < max_attempts_;
    become(may ? JobState::retrying : JobState::failed);
    return may ? Outcome::retrying : Outcome::failed;
  }
  void become(JobState next) {
    state = next;
    ++seq;
  }

  std::uint32_t max_attempts_;
  LeaseToken token_ = 0;
};

/// One job in Redis and in the model, and those who pull at both; each actor does its next call when it is its turn.
class Tangle {
 public:
  Tangle(QueueFixture& f, std::array<Slot*, 2> slots, std::array<End, 2> ends)
      : f_(f), workers_{{{slots[0], ends[0], {}}, {slots[1], ends[1], {}}}} {
    Submission submission = a_submission();
    submission.options.max_attempts = max_attempts;
    submission.options.group = "g";
    id_ = f_.submitted(submission).id;
  }

  void act(Actor actor) {
    switch (actor) {
      case first_worker: return work(workers_[0]);
      case second_worker: return work(workers_[1]);
      case reaper: return tidy();
      case canceller: REQUIRE(f_.jobs.cancel(default_tenant(), id_).has_value() == model_.cancel()); return compare();
    }
  }

  /// Lets the job come to its end and removes it.
  void end() {
    if (!has_ended(model_.state)) {
      tidy();
      tidy();
      workers_[0].claim.reset();
      workers_[0].end = End::complete;
      work(workers_[0]);
      if (workers_[0].claim) work(workers_[0]);
    }
    CHECK(has_ended(f_.state_of(id_)));
    CHECK(f_.janitor.forget({id_}));
    // Every check reads both: over thousands of orders they would grow long.
    (void)f_.server({"DEL", "platen:{0}:outbox", "platen:{0}:feed:default"});
  }

 private:
  static constexpr std::uint32_t max_attempts = 2;

  struct Worker {
    Slot* slot;
    End end;
    std::optional<Claim> claim;
  };

  /// Claims; or, with a lease, renews it and ends it, twice, for the answer may have been lost.
  void work(Worker& worker) {
    LeaseQueue& queue = worker.slot->queue;
    if (!worker.claim) {
      const auto claimed =
          queue.claim(worker.slot->worker, worker.slot->worker.text + std::to_string(++worker.slot->claims));
      REQUIRE(claimed);
      worker.claim = *claimed;
      REQUIRE((worker.claim ? worker.claim->lease.token : 0) == model_.claim());
    } else {
      Lease& lease = worker.claim->lease;
      REQUIRE(queue.renew(lease, {}) == model_.renew(lease.token));
      if (worker.end == End::complete) {
        const bool accepted = model_.complete(lease.token);
        REQUIRE(queue.complete(lease, an_artifact(lease), {}).has_value() == accepted);
        REQUIRE(queue.complete(lease, an_artifact(lease), {}).has_value() == accepted);
      } else {
        const auto outcome = model_.end(lease.token, worker.end);
        REQUIRE(answer(queue, lease, worker.end) == outcome);
        REQUIRE(answer(queue, lease, worker.end) == outcome);
      }
    }
    compare();
  }

  static std::optional<Outcome> answer(LeaseQueue& queue, const Lease& lease, End how) {
    const auto outcome = how == End::fail    ? queue.fail_attempt(lease, flaky)
                         : how == End::crash ? queue.crashed(lease, renderer_gone)
                                             : queue.release(lease);
    if (outcome) return *outcome;
    CHECK(outcome.error().code == Errc::lease_lost);
    return std::nullopt;
  }

  void tidy() {
    REQUIRE(f_.janitor.reap());
    model_.reap();
    compare();
    REQUIRE(f_.janitor.promote());
    model_.promote();
    compare();
  }

  void compare() {
    const Job job = f_.found(id_);
    REQUIRE(job.state == model_.state);
    REQUIRE(job.seq == model_.seq);
    REQUIRE(job.attempt == model_.attempt);
    REQUIRE(job.crashes == model_.crashes);
  }

  QueueFixture& f_;
  std::array<Worker, 2> workers_;
  Model model_{max_attempts};
  JobId id_;
};

}  // namespace

TEST_CASE("two workers, a reaper and a canceller do in every order what the model does", "[queue][walk]") {
  QueueFixture f({.arguments = {"--appendonly", "no"}});
  Slot first(f.server, "first", lapsing);
  Slot second(f.server, "second", lapsing);
  const std::array all{End::complete, End::fail, End::crash, End::release};
  int orders = 0;
  for (std::size_t one = 0; one < all.size(); ++one) {
    for (std::size_t other = one; other < all.size(); ++other) {
      std::set<std::vector<Actor>> checked;  // beginnings after which the invariants were looked at
      std::vector<Actor> order{first_worker, first_worker, second_worker, second_worker, reaper, reaper, canceller};
      do {
        Tangle tangle(f, {&first, &second}, {all[one], all[other]});
        for (std::size_t step = 0; step < order.size(); ++step) {
          tangle.act(order[step]);
          if (checked.emplace(order.begin(), order.begin() + static_cast<long>(step) + 1).second)
            REQUIRE(broken_invariants(f.connection) == std::vector<std::string>{});
        }
        tangle.end();
        ++orders;
      } while (std::next_permutation(order.begin(), order.end()));
    }
  }
  CHECK(orders == 10 * 630);
}

}  // namespace platen::test
