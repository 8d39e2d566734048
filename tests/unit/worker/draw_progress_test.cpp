#include <algorithm>
#include <vector>

#include "tests/support/catch.hpp"
#include "worker/draw/progress.hpp"

using namespace platen;
using namespace platen::worker;
using namespace std::chrono_literals;

namespace {

/// A meter with a clock that moves as the test says, and all that it told.
struct Report {
  ProgressMeter::Steady::time_point now;
  std::vector<Progress> told;
  Renderer::OnProgress listener = [this](const std::optional<Progress>& progress) {
    if (progress) told.push_back(*progress);
    return Command::go_on;
  };
  ProgressMeter meter;

  explicit Report(unsigned threads = 1) : meter(listener, threads, [this] { return now; }) {}

  /// A pass that takes so long, evenly.
  void run(Pass pass, std::chrono::milliseconds time, std::uint64_t rows = 1000) {
    constexpr int steps = 1600;
    meter.begin(pass);
    for (int i = 1; i <= steps; ++i) {
      now += std::chrono::duration_cast<ProgressMeter::Steady::duration>(time) / steps;
      const double fraction = static_cast<double>(i) / steps;
      REQUIRE(meter.at(fraction, static_cast<std::uint64_t>(fraction * static_cast<double>(rows)), 0));
    }
  }

  [[nodiscard]] bool went_back() const {
    return !std::is_sorted(told.begin(), told.end(),
                           [](const Progress& left, const Progress& right) { return left.percent < right.percent; });
  }
};

}  // namespace

TEST_CASE("percent goes from the first pass of all tables to 99", "[draw]") {
  Report report;
  report.meter.plan({1, 0, 1, 2, 1, 2, 1});
  report.run(Pass::survey, 1s);
  report.meter.knows_rows(1000);
  for (const Pass pass : {Pass::sort, Pass::measure, Pass::wrap, Pass::measure}) report.run(pass, 1s);
  const double scanned = report.told.back().percent;
  CHECK(report.told.back().stage == Stage::scan);
  CHECK(report.told.back().done > 990);
  report.run(Pass::draw, 10s);
  CHECK(report.told.back().percent > 97);
  CHECK(report.told.back().percent <= 99);
  CHECK(scanned < 50);
  CHECK_FALSE(report.went_back());
}

TEST_CASE("percent does not go back when there is more to draw than was known, nor when passes are left out",
          "[draw]") {
  Report report;
  report.meter.plan({1, 1, 1, 1, 1, 1, 1});
  report.run(Pass::survey, 1s);
  report.run(Pass::measure, 1s);
  report.meter.plan_drawing(20);
  report.run(Pass::draw, 10s);
  CHECK_FALSE(report.went_back());
  CHECK(report.told.back().percent > 98);
}

TEST_CASE("the time left follows the pass that runs, if it is slower than those before", "[draw]") {
  Report report;
  report.meter.plan({1, 0, 0, 1, 0, 1, 1});
  report.run(Pass::survey, 100ms);
  report.run(Pass::measure, 200ms);
  report.meter.begin(Pass::draw);
  // Drawing takes 100 s, a hundred times what these passes would let one think.
  for (int i = 0; i < 400; ++i) {
    report.now += 50ms;
    REQUIRE(report.meter.at(0.0005 * (i + 1), 0, 0));
  }
  REQUIRE(report.told.back().eta);
  CHECK(*report.told.back().eta > 55s);
  CHECK(*report.told.back().eta < 120s);
}

TEST_CASE("a pass that one thread makes is more of a report that many draw", "[draw]") {
  const auto percent_of_survey = [](unsigned threads) {
    Report report(threads);
    report.meter.plan({1, 0, 0, 1, 0, 1, 1});
    report.run(Pass::survey, 1s);
    return report.told.back().percent;
  };
  CHECK(percent_of_survey(8) > 3 * percent_of_survey(1));
}

TEST_CASE("a report without data counts its pages", "[draw]") {
  Report report;
  report.meter.plan({0, 0, 0, 0, 0, 1, 1});
  report.run(Pass::draw, 10s);
  CHECK(report.told.front().percent < 2);
  CHECK(report.told.back().percent > 97);
}
