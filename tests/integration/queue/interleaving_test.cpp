// Two workers, a reaper and a canceller on one job, in every order there is.
#include <algorithm>
#include <array>
#include <cstdint>

#include "tests/integration/queue/queue_fixture.hpp"
#include "tests/support/queue_invariants.hpp"

namespace platen::test {

namespace {

enum Actor : std::uint8_t { first_worker, second_worker, reaper, canceller };

/// One job and those who pull at it; each actor does its next call when it is its turn.
class Tangle {
 public:
  Tangle(QueueFixture& f, Slot& first, Slot& second) : f_(f), workers_{{{&first, {}}, {&second, {}}}} {
    Submission submission = a_submission();
    submission.options.max_attempts = 2;
    id_ = f_.submitted(submission).id;
  }

  void act(Actor actor) {
    switch (actor) {
      case first_worker: return work(workers_[0]);
      case second_worker: return work(workers_[1]);
      case reaper: return tidy();
      case canceller: canceled_ = f_.jobs.cancel(default_tenant(), id_).has_value(); return;
    }
  }

  /// Lets the job come to its end, and checks that it is one that the calls allow.
  void end() {
    for (int i = 0; i < 6 && !has_ended(f_.state_of(id_)); ++i) {
      tidy();
      Pair& worker = workers_[0];
      worker.claim.reset();
      work(worker);
      work(worker);
    }
    const JobState state = f_.state_of(id_);
    CHECK(has_ended(state));
    CHECK(accepted_ <= 1);
    CHECK((accepted_ == 1) == (state == JobState::succeeded));
    if (state == JobState::canceled) CHECK(canceled_);
    CHECK(f_.janitor.forget(id_));
    (void)f_.server({"DEL", "platen:{0}:outbox"});
  }

 private:
  struct Pair {
    Slot* slot;
    std::optional<Claim> claim;
  };

  void work(Pair& worker) {
    if (!worker.claim) {
      const auto claimed = worker.slot->queue.claim(worker.slot->worker,
                                                    worker.slot->worker.text + std::to_string(++worker.slot->claims));
      REQUIRE(claimed);
      worker.claim = *claimed;
    } else if (worker.slot->queue.complete(worker.claim->lease, an_artifact(worker.claim->lease))) {
      ++accepted_;
    }
  }
  void tidy() {
    REQUIRE(f_.janitor.reap());
    REQUIRE(f_.janitor.promote());
  }

  QueueFixture& f_;
  std::array<Pair, 2> workers_;
  JobId id_;
  bool canceled_ = false;
  int accepted_ = 0;
};

}  // namespace

TEST_CASE("two workers, a reaper and a canceller come to one end in every order", "[queue][walk]") {
  QueueFixture f({.arguments = {"--appendonly", "no"}});
  Slot first(f.server, "frail", lapsing);
  Slot second(f.server, "frail too", lapsing);
  std::vector<Actor> order{first_worker, first_worker, second_worker, second_worker, reaper, reaper, canceller};
  int orders = 0;
  do {
    Tangle tangle(f, first, second);
    for (const Actor actor : order) {
      tangle.act(actor);
      REQUIRE(broken_invariants(f.connection) == std::vector<std::string>{});
    }
    tangle.end();
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(orders == 630);
}

}  // namespace platen::test
