#include "base/in_order.hpp"

#include <set>
#include <stdexcept>
#include <vector>

#include "tests/support/catch.hpp"

using namespace platen;

namespace {

const auto keep_waiting = [] { return Result<void>{}; };

}  // namespace

TEST_CASE("what several threads make is taken in order, each once", "[base]") {
  const unsigned threads = GENERATE(1U, 2U, 7U);
  std::vector<std::uint64_t> taken;
  const auto ran = run_in_order<std::uint64_t>({500, threads,
                                                [&](std::uint64_t index, unsigned thread) -> Result<std::uint64_t> {
                                                  if (thread >= threads) return fail(Errc::internal, "no such thread");
                                                  return index * index;
                                                },
                                                [&](std::uint64_t index, std::uint64_t made) -> Result<void> {
                                                  if (made != index * index) return fail(Errc::internal, "another's");
                                                  taken.push_back(index);
                                                  return {};
                                                },
                                                keep_waiting});
  REQUIRE(ran);
  REQUIRE(taken.size() == 500);
  for (std::uint64_t i = 0; i < taken.size(); ++i) CHECK(taken[i] == i);
}

TEST_CASE("the first failure in order ends it, and nothing after it is taken", "[base]") {
  const unsigned threads = GENERATE(1U, 3U);
  std::uint64_t taken = 0;
  const auto ran = run_in_order<int>({100, threads,
                                      [](std::uint64_t index, unsigned) -> Result<int> {
                                        if (index == 17 || index == 18)
                                          return fail(Errc::bad_data, index == 17 ? "seventeen" : "eighteen");
                                        return 1;
                                      },
                                      [&](std::uint64_t, int) -> Result<void> {
                                        ++taken;
                                        return {};
                                      },
                                      keep_waiting});
  REQUIRE_FALSE(ran);
  CHECK(ran.error().detail == "seventeen");
  CHECK(taken == 17);
}

TEST_CASE("no thread makes far more than was taken", "[base]") {
  Guarded<std::uint64_t> made;
  std::uint64_t taken = 0;
  std::uint64_t most_ahead = 0;
  const auto ran = run_in_order<int>({300, 2,
                                      [&](std::uint64_t, unsigned) -> Result<int> {
                                        ++*made.lock();
                                        return 1;
                                      },
                                      [&](std::uint64_t, int) -> Result<void> {
                                        ++taken;
                                        most_ahead = std::max(most_ahead, *made.lock() - taken);
                                        return {};
                                      },
                                      keep_waiting});
  REQUIRE(ran);
  CHECK(most_ahead <= 8);
}

TEST_CASE("what a thread throws is thrown to the caller, and a taker's failure ends all", "[base]") {
  const unsigned threads = GENERATE(1U, 3U);
  const auto take = [](std::uint64_t, int) { return Result<void>{}; };
  const auto throwing = [](std::uint64_t index, unsigned) -> Result<int> {
    if (index == 5) throw std::runtime_error("five");
    return 1;
  };
  CHECK_THROWS_AS((void)run_in_order<int>({50, threads, throwing, take, keep_waiting}), std::runtime_error);
  const auto make = [](std::uint64_t, unsigned) -> Result<int> { return 1; };
  const auto refuse = [](std::uint64_t, int) -> Result<void> { return fail(Errc::unavailable, "full"); };
  const auto ran = run_in_order<int>({50, threads, make, refuse, keep_waiting});
  REQUIRE_FALSE(ran);
  CHECK(ran.error().code == Errc::unavailable);
}

TEST_CASE("who waits may end it", "[base]") {
  Guarded<bool> done;
  const auto slow = [&](std::uint64_t, unsigned) -> Result<int> {
    (void)done.wait(
        {}, [](bool is_done) { return is_done; }, std::chrono::seconds(20));
    return 1;
  };
  const auto cancel = [&]() -> Result<void> {
    *done.lock() = true;
    done.notify_all();
    return fail(Errc::canceled, "stop");
  };
  const auto ran = run_in_order<int>({4, 2, slow, [](std::uint64_t, int) { return Result<void>{}; }, cancel});
  REQUIRE_FALSE(ran);
  CHECK(ran.error().code == Errc::canceled);
}
