#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "worker/layout/flow.hpp"

using namespace platen;
using namespace platen::worker;

namespace {

/// Writes down what is placed, one string a page: S solid, l line, L labels, r row, T totals, e empty, | table's end.
class Notes final : public PageSink {
 public:
  explicit Notes(double row_height = 0) : row_height_(row_height) {}

  Result<void> begin_page(const PageStart& start) override {
    starts.push_back(start);
    pages.emplace_back();
    return {};
  }
  Result<double> row_height(std::size_t, std::uint64_t row) override {
    ++asked;
    return row == tall_row ? 60 : row_height_;
  }
  Result<void> place(const Item& item) override {
    pages.back() += "SlLrTe|"[static_cast<int>(item.kind)];
    lowest = std::max(lowest, item.y + item.height);
    return {};
  }
  Result<void> end_page() override { return {}; }

  std::vector<std::string> pages;
  std::vector<PageStart> starts;
  double lowest = 0;
  std::uint64_t tall_row = ~std::uint64_t{0};
  int asked = 0;

 private:
  double row_height_;
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

TEST_CASE("rows that differ are asked for their height once each", "[layout]") {
  Notes notes(10);
  notes.tall_row = 3;
  REQUIRE(flow({table(6, 0)}, body, {}, all_pages, notes));
  CHECK(notes.pages == Pages{"Lrrr|", "Lrrr|"});
  CHECK(notes.asked == 6);
}

TEST_CASE("from the start of any page the flow goes on as it did the first time", "[layout]") {
  Block spaced = table(30, 10, 10);
  spaced.space_before = 15;
  const std::vector<Block> blocks{solid(30), lines(12),      solid(10, true), spaced,   page_break(),
                                  lines(3),  solid(5, true), table(9, 0),     lines(20)};
  Notes whole(10);
  REQUIRE(flow(blocks, body, {}, all_pages, whole));
  REQUIRE(whole.pages.size() > 6);
  for (std::size_t first = 0; first < whole.pages.size(); ++first) {
    Notes part(10);
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
    Result<double> row_height(std::size_t, std::uint64_t) override { return fail(Errc::bad_data, "Row 1."); }
    Result<void> place(const Item&) override { return {}; }
    Result<void> end_page() override { return {}; }
  } refusing;
  const auto flowed = flow({table(3, 0)}, body, {}, all_pages, refusing);
  REQUIRE_FALSE(flowed);
  CHECK(flowed.error().code == Errc::bad_data);
}
