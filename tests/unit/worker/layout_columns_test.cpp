#include <algorithm>
#include <numeric>

#include "tests/support/catch.hpp"
#include "worker/layout/columns.hpp"

using namespace platen;
using namespace platen::worker;

namespace {

const Metrics metrics = scaled_cells(Metrics{}, 8);

ColumnExtent column(double width, bool rigid = false, double label = 20) {
  ColumnExtent extent;
  for (int i = 0; i < 100; ++i) extent.cells.add(width);
  extent.label = label;
  extent.rigid = rigid;
  return extent;
}

double sum(const ColumnWidths& widths) { return std::accumulate(widths.width_pt.begin(), widths.width_pt.end(), 0.0); }

}  // namespace

TEST_CASE("columns that have room are never narrower than their widest text", "[layout]") {
  const auto widths = share_widths({column(100), column(60, true), column(200)}, 700, metrics, 1);
  CHECK(widths.text_pt == 8);
  CHECK(widths.width_pt[0] >= 100 + 2 * metrics.pad_x);
  CHECK(widths.width_pt[1] >= 60 + 2 * metrics.pad_x);
  CHECK(widths.width_pt[2] >= 200 + 2 * metrics.pad_x);
  CHECK(sum(widths) <= 700 + 1e-6);
  CHECK(sum(widths) > 650);
}

TEST_CASE("two short columns do not spread over the page", "[layout]") {
  const auto widths = share_widths({column(40), column(30, true)}, 700, metrics, 1);
  CHECK(sum(widths) < 250);
}

TEST_CASE("where space is short the widest texts give way and numbers do not", "[layout]") {
  const auto widths = share_widths({column(60, true), column(80), column(900)}, 400, metrics, 1);
  CHECK(widths.text_pt == 8);
  CHECK(widths.width_pt[0] >= 60 + 2 * metrics.pad_x);
  CHECK(widths.width_pt[1] >= 80 + 2 * metrics.pad_x);
  CHECK(std::abs(sum(widths) - 400) < 0.01);
}

TEST_CASE("one unusually long text takes no room from the other columns", "[layout]") {
  ColumnExtent rare = column(60);
  rare.cells.add(700);
  const auto widths = share_widths({rare, column(150), column(150)}, 420, metrics, 1);
  CHECK(widths.width_pt[1] >= 150 + 2 * metrics.pad_x);
  CHECK(widths.width_pt[2] >= 150 + 2 * metrics.pad_x);
}

TEST_CASE("a table of many numbers shrinks its text before it cuts a number", "[layout]") {
  const auto widths = share_widths(std::vector<ColumnExtent>(14, column(50, true)), 700, metrics, 1);
  CHECK(widths.text_pt < 8);
  CHECK(widths.text_pt >= least_text_pt);
  for (const double width : widths.width_pt) CHECK(width >= 50 * widths.text_pt / 8);
}

TEST_CASE("text shrinks a little, but no more, to show more of many long texts", "[layout]") {
  const auto some = share_widths(std::vector<ColumnExtent>(7, column(110)), 700, metrics, 1);
  CHECK(some.text_pt < 8);
  for (const double width : some.width_pt) CHECK(width >= 110 * some.text_pt / 8);
  const auto many = share_widths(std::vector<ColumnExtent>(9, column(400)), 700, metrics, 1);
  CHECK(many.text_pt >= 6.4);
}

TEST_CASE("more columns than can be read are split into strips that each begin with the key columns", "[layout]") {
  const auto widths = share_widths(std::vector<ColumnExtent>(200, column(50, true)), 700, metrics, 2);
  REQUIRE(widths.strips.size() > 10);
  std::vector<int> seen(200, 0);
  for (const auto& strip : widths.strips) {
    double used = 0;
    for (const std::size_t index : strip) {
      used += widths.width_pt[index];
      ++seen[index];
    }
    CHECK(used <= 700 + 1e-6);
    REQUIRE(strip.size() > 2);
    CHECK(strip[0] == 0);
    CHECK(strip[1] == 1);
  }
  CHECK(std::all_of(seen.begin() + 2, seen.end(), [](int times) { return times == 1; }));
  for (const double width : widths.width_pt) CHECK(width >= 50 * widths.text_pt / 8);
}

TEST_CASE("key columns that would take most of the page are not repeated", "[layout]") {
  const auto widths = share_widths(std::vector<ColumnExtent>(30, column(300, true)), 700, metrics, 2);
  REQUIRE(widths.strips.size() > 10);
  CHECK(widths.strips.back().front() != 0);
}

TEST_CASE("a given width is kept", "[layout]") {
  ColumnExtent given = column(300);
  given.given_pt = 80;
  const auto roomy = share_widths({given, column(50)}, 700, metrics, 1);
  const auto tight = share_widths({given, column(900)}, 400, metrics, 1);
  CHECK(roomy.width_pt[0] == 80);
  CHECK(tight.width_pt[0] == 80);
}

TEST_CASE("quantiles of widths are right to within a step", "[layout]") {
  Widths widths;
  for (int i = 1; i <= 100; ++i) widths.add(i);
  CHECK(widths.widest() == 100);
  CHECK(widths.quantile(0.5) >= 50);
  CHECK(widths.quantile(0.5) <= 54);
  CHECK(widths.quantile(1) == 100);
  CHECK(Widths().quantile(0.9) == 0);
}
