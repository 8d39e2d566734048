#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "worker/layout/flow.hpp"

using namespace platen;
using namespace platen::worker;

namespace {

/// Writes down what is placed, one string a page: S solid, l line, L labels, r row, g group, G a group that goes on,
/// s subtotals, T totals, e empty, | table's end.
class Notes final : public PageSink {
 public:
  Result<void> begin_page(const PageStart& start) override {
    starts.push_back(start);
    pages.emplace_back();
    return {};
  }
  Result<void> place(const Item& item) override {
    const bool goes_on = item.kind == Item::Kind::group && item.is_continued;
    pages.back() += goes_on ? 'G' : "SlLgrsTe|"[static_cast<int>(item.kind)];
    lowest = std::max(lowest, item.y + item.height);
    return {};
  }
  Result<void> end_page() override { return {}; }

  std::vector<std::string> pages;
  std::vector<PageStart> starts;
  double lowest = 0;
};

constexpr Body body{0, 100};

Block table(std::uint64_t rows, double row_height = 10, double totals = 0) {
  Block block;
  block.kind = Block::Kind::table;
  block.count = rows;
  block.item_height = row_height;
  block.labels_height = 20;
  block.totals_height = totals;
  block.empty_height = 10;
  return block;
}

Block solid(double height, bool keeps_next = false) {
  Block block;
  block.height = height;
  block.keeps_next = keeps_next;
  return block;
}

Block page_break() {
  Block block;
  block.kind = Block::Kind::page_break;
  return block;
}

Block lines(std::uint64_t count) {
  Block block;
  block.kind = Block::Kind::lines;
  block.count = count;
  block.item_height = 10;
  return block;
}

std::vector<std::string> pages_of(const std::vector<Block>& blocks) {
  Notes notes;
  REQUIRE(flow(blocks, body, {}, all_pages, notes));
  CHECK(notes.lowest <= body.bottom);
  return notes.pages;
}

using Pages = std::vector<std::string>;

}  // namespace

TEST_CASE("a table's labels stand above the first row of every page", "[layout]") {
  CHECK(pages_of({table(8)}) == Pages{"Lrrrrrrrr|"});
  CHECK(pages_of({table(9)}) == Pages{"Lrrrrrrrr|", "Lr|"});
  CHECK(pages_of({solid(30), table(7)}) == Pages{"SLrrrrr|", "Lrr|"});
}

TEST_CASE("a totals row takes the last row with it to the next page", "[layout]") {
  CHECK(pages_of({table(7, 10, 10)}) == Pages{"LrrrrrrrT|"});
  CHECK(pages_of({table(8, 10, 10)}) == Pages{"Lrrrrrrr|", "LrT|"});
}

TEST_CASE("a table without rows says so under its labels", "[layout]") { CHECK(pages_of({table(0)}) == Pages{"Le|"}); }

TEST_CASE("a report of nothing has one page", "[layout]") {
  CHECK(pages_of({}) == Pages{""});
  CHECK(pages_of({page_break(), page_break()}) == Pages{""});
}

TEST_CASE("labels never stand at a page's foot without a row", "[layout]") {
  CHECK(pages_of({solid(75), table(3)}) == Pages{"S", "Lrrr|"});
}

TEST_CASE("a heading goes with what it heads", "[layout]") {
  CHECK(pages_of({lines(7), solid(10, true), lines(5)}) == Pages{"lllllllSll", "lll"});
  CHECK(pages_of({lines(8), solid(10, true), lines(5)}) == Pages{"llllllll", "Slllll"});
  CHECK(pages_of({lines(6), solid(10, true), table(2)}) == Pages{"llllll", "SLrr|"});
}

TEST_CASE("page breaks make no empty pages", "[layout]") {
  CHECK(pages_of({page_break(), lines(1), page_break(), page_break(), lines(1), page_break()}) == Pages{"l", "l"});
}

TEST_CASE("what is higher than a page stands on one of its own", "[layout]") {
  Notes notes;
  REQUIRE(flow({lines(1), solid(150), lines(1)}, body, {}, all_pages, notes));
  CHECK(notes.pages == Pages{"l", "S", "l"});
}

TEST_CASE("rows of several lines take their room", "[layout]") {
  const std::vector<std::uint8_t> row_lines{1, 1, 1, 6, 1, 1};
  Block rows = table(6, 0);
  rows.line_height = 10;
  rows.row_lines = row_lines;
  CHECK(pages_of({rows}) == Pages{"Lrrr|", "Lrrr|"});
}

TEST_CASE("groups have a header, totals, and the header again on a new page", "[layout]") {
  const std::vector<std::uint64_t> starts{0, 2, 3};
  Block rows = table(12, 10, 10);
  rows.group_starts = starts;
  rows.group_height = 10;
  rows.subtotals_height = 10;
  CHECK(pages_of({rows}) == Pages{"Lgrrsgrs|", "Lgrrrrrrr|", "LGrrsT|"});
}

TEST_CASE("a group's totals never stand on a page without a row of it", "[layout]") {
  for (std::uint64_t count = 1; count < 40; ++count) {
    const std::vector<std::uint64_t> starts{0};
    Block rows = table(count, 10, 10);
    rows.group_starts = starts;
    rows.group_height = 10;
    rows.subtotals_height = 10;
    for (const std::string& page : pages_of({rows})) CHECK(page.find('r') != std::string::npos);
  }
}

TEST_CASE("from the start of any page the flow goes on as it did the first time", "[layout]") {
  Block spaced = table(30, 10, 10);
  spaced.space_before = 15;
  const std::vector<std::uint64_t> starts{0, 4, 17};
  spaced.group_starts = starts;
  spaced.group_height = 10;
  spaced.subtotals_height = 5;
  const std::vector<std::uint8_t> row_lines{1, 2, 1, 3, 1, 1, 2, 1, 1};
  Block differing = table(9, 0);
  differing.line_height = 10;
  differing.row_lines = row_lines;
  const std::vector<Block> blocks{solid(30), lines(12),      solid(10, true), spaced,   page_break(),
                                  lines(3),  solid(5, true), differing,       lines(20)};
  Notes whole;
  REQUIRE(flow(blocks, body, {}, all_pages, whole));
  REQUIRE(whole.pages.size() > 6);
  for (std::size_t first = 0; first < whole.pages.size(); ++first) {
    Notes part;
    REQUIRE(flow(blocks, body, whole.starts[first], 2, part));
    const std::size_t last = std::min(first + 2, whole.pages.size());
    const Pages expected(whole.pages.begin() + static_cast<std::ptrdiff_t>(first),
                         whole.pages.begin() + static_cast<std::ptrdiff_t>(last));
    CHECK(part.pages == expected);
    CHECK(part.starts[0] == whole.starts[first]);
  }
}

TEST_CASE("a sink's error ends the flow", "[layout]") {
  class Refusing final : public PageSink {
    Result<void> begin_page(const PageStart&) override { return {}; }
    Result<void> place(const Item&) override { return fail(Errc::bad_data, "Row 1."); }
    Result<void> end_page() override { return {}; }
  } refusing;
  const auto flowed = flow({table(3)}, body, {}, all_pages, refusing);
  REQUIRE_FALSE(flowed);
  CHECK(flowed.error().code == Errc::bad_data);
}
