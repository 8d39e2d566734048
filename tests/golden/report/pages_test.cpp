// Pages: what stands on each, how many there are, and what the file says of itself.
#include <fmt/format.h>

#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::test;

namespace {

/// Rows of a plain report's first and every further page, learnt from the reports themselves.
struct Capacity {
  int first = 0;
  int further = 0;
};

Capacity capacity() {
  static const Capacity known = [] {
    const DrawnReport report(titled("Orders"), orders_csv(200));
    const auto on_page = [&](int page) { return static_cast<int>(count_of("Customer", report.text_of_page(page))); };
    return Capacity{on_page(1), on_page(2)};
  }();
  return known;
}

}  // namespace

TEST_CASE("every row of the data is in the report, once and in order", "[report]") {
  const DrawnReport report(titled("Orders"), orders_csv(500));
  REQUIRE(report.rendered().rows == 500);
  const std::string text = report.text();
  std::size_t at = 0;
  for (int row = 1; row <= 500; ++row) {
    const std::string customer = fmt::format("Customer {:05}", row);
    CHECK(count_of(customer, text) == 1);
    const std::size_t found = text.find(customer);
    CHECK(found >= at);
    at = found;
  }
  CHECK(report.faults() == "");
}

TEST_CASE("every page repeats the labels and says which page it is of how many", "[report]") {
  const DrawnReport report(titled("Orders"), orders_csv(300));
  const auto pages = static_cast<int>(report.rendered().pages);
  REQUIRE(pages > 3);
  for (int page = 1; page <= pages; ++page) {
    const std::string text = words_of(report.text_of_page(page));
    CHECK(text.find("order customer amount") != std::string::npos);
    CHECK(text.find(fmt::format("Page {} of {}", page, pages)) != std::string::npos);
    CHECK(text.find("Orders · 1 March 2026 Page") != std::string::npos);
  }
}

TEST_CASE("the file names its title, author, maker, date and pages", "[report]") {
  RenderSpec spec = titled("Zażółć & Söhne 日本");
  spec.report.author = "Finance (EU)";
  const DrawnReport report(spec, orders_csv(100));
  const std::string info = report.info();
  INFO(info);
  CHECK(info.find("Zażółć & Söhne 日本") != std::string::npos);
  CHECK(info.find("Finance (EU)") != std::string::npos);
  CHECK(info.find("Creator:         Platen ") != std::string::npos);
  CHECK(info.find("Sun Mar  1 12:00:00 2026 UTC") != std::string::npos);
  CHECK(info.find(fmt::format("Pages:           {}", report.rendered().pages)) != std::string::npos);
  CHECK(info.find("841.89 x 595.276 pts (A4)") != std::string::npos);
  CHECK(report.faults() == "");
}

TEST_CASE("rows that fill a page exactly need no further one, and one row more does", "[report]") {
  const int first = capacity().first;
  const int further = capacity().further;
  REQUIRE(first > 20);
  REQUIRE(further > first);
  CHECK(DrawnReport(titled("Orders"), orders_csv(1)).rendered().pages == 1);
  CHECK(DrawnReport(titled("Orders"), orders_csv(first)).rendered().pages == 1);
  CHECK(DrawnReport(titled("Orders"), orders_csv(first + 1)).rendered().pages == 2);
  CHECK(DrawnReport(titled("Orders"), orders_csv(first + further)).rendered().pages == 2);
  const DrawnReport one_over(titled("Orders"), orders_csv(first + further + 1));
  CHECK(one_over.rendered().pages == 3);
  CHECK(count_of("Customer", one_over.text_of_page(3)) == 1);
}

TEST_CASE("data without rows makes one page that says so", "[report]") {
  const DrawnReport report(titled("Orders"), "order,customer,amount\n");
  CHECK(report.rendered().pages == 1);
  CHECK(report.rendered().rows == 0);
  const std::string text = words_of(report.text());
  CHECK(text.find("0 rows") != std::string::npos);
  CHECK(text.find("order customer amount") != std::string::npos);
  CHECK(text.find("The data has no rows.") != std::string::npos);
  CHECK(report.faults() == "");
}

TEST_CASE("inline rows without any make one page that says so", "[report]") {
  RenderSpec spec = titled("Orders");
  spec.data.rows = "[]";
  const DrawnReport report(spec);
  CHECK(report.rendered().pages == 1);
  CHECK(report.text().find("The data has no rows.") != std::string::npos);
}

TEST_CASE("inline rows are drawn", "[report]") {
  RenderSpec spec = titled("Orders");
  spec.data.rows = R"([{"order":1,"total":9.5},{"order":2,"total":12.25}])";
  const DrawnReport report(spec);
  CHECK(words_of(report.text_of_page(1)).find("order total 1 9.50 2 12.25") != std::string::npos);
}

TEST_CASE("equal orders give equal bytes", "[report]") {
  RenderSpec spec = titled("Orders 日本");
  spec.report.sections = {HeadingSection{"Summary", 1}, TextSection{"Some text."}, TableSection{}};
  const DrawnReport first(spec, orders_csv(400));
  const DrawnReport second(spec, orders_csv(400));
  CHECK(first.bytes() == second.bytes());
}

TEST_CASE("any number of threads gives the same bytes", "[report]") {
  RenderSpec spec = titled("Orders");
  Column number;
  number.field = "order";
  Column customer;
  customer.field = "customer";
  Column amount;
  amount.field = "amount";
  amount.total = Aggregate::sum;
  TableSection table{{number, customer, amount}};
  if (GENERATE(false, true)) {
    table.columns[1].overflow = Overflow::wrap;
    table.columns[1].width_mm = 15;
  }
  if (GENERATE(false, true)) table.group_by = "customer";
  spec.report.sections = {TextSection{"First."}, table, HeadingSection{"End", 1}};
  std::string csv = orders_csv(20'000);
  csv += "20001,日本 محمد,1.00\n";
  const auto go_on = [](const auto&) { return Command::go_on; };
  const DrawnReport alone(spec, csv, 1, go_on);
  REQUIRE(alone.rendered().pages > 100);
  CHECK(alone.faults() == "");
  const DrawnReport shared(spec, csv, 3, go_on);
  CHECK(shared.bytes() == alone.bytes());
}

TEST_CASE("pages have the size, the orientation and the margins that were asked for", "[report]") {
  RenderSpec spec = titled("Orders");
  spec.report.page = {PageSize::letter, Orientation::portrait, {30, 30, 30, 30}};
  const DrawnReport report(spec, orders_csv(10));
  CHECK(report.info().find("612 x 792 pts (letter)") != std::string::npos);
  const double margin_pt = 30 * 72 / 25.4;
  const auto words = report.words();
  for (const auto& [text, word] : words) CHECK(word.x_min >= margin_pt - 1);
  CHECK(words.size() > 20);
}
