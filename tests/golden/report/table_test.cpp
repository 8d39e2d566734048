// Tables: formats, totals, columns that do not fit, rows that are bad.
#include <fcntl.h>
#include <fmt/format.h>

#include <cmath>

#include "base/fd.hpp"
#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::test;

namespace {

Column column(std::string field) {
  Column made;
  made.field = std::move(field);
  return made;
}

}  // namespace

TEST_CASE("numbers stand on their column's right edge, under their label", "[report]") {
  const DrawnReport report(titled("Numbers"), "name,amount\na,1.50\nb,22222.25\n");
  const double edge = report.word("amount").x_max;
  CHECK(std::abs(report.word("1.50").x_max - edge) < 0.1);
  CHECK(std::abs(report.word("22,222.25").x_max - edge) < 0.1);
}

TEST_CASE("totals are exact and stand on the last page", "[report]") {
  RenderSpec spec = titled("Sums");
  Column amount = column("amount");
  amount.format = CellFormat::currency;
  amount.currency = "EUR";
  amount.total = Aggregate::sum;
  spec.report.sections = {TableSection{{column("order"), amount}}};
  std::string csv = "order,amount\n";
  for (int i = 0; i < 1000; ++i) csv += fmt::format("{},0.10\n", i);
  const DrawnReport report(spec, csv);
  const auto last = static_cast<int>(report.rendered().pages);
  CHECK(words_of(report.text_of_page(last)).find("Total €100.00") != std::string::npos);
  CHECK(count_of("Total ", words_of(report.text())) == 1);
}

TEST_CASE("a bad cell fails the report, naming its row and column", "[report]") {
  RenderSpec spec = titled("Bad");
  Column amount = column("amount");
  amount.format = CellFormat::decimal;
  spec.report.sections = {TableSection{{column("order"), amount}}};
  const DrawnReport report(spec, "order,amount\n1,5\n2,abc\n");
  REQUIRE_FALSE(report.result());
  CHECK(report.result().error().code == Errc::bad_data);
  CHECK(report.result().error().detail.find("Row 2 (line 3), column 'amount'") != std::string::npos);
}

TEST_CASE("bad rows are left out and counted when the report says so", "[report]") {
  RenderSpec spec = titled("Bad");
  spec.report.on_bad_row = OnBadRow::skip;
  Column amount = column("amount");
  amount.format = CellFormat::decimal;
  spec.report.sections = {TableSection{{column("order"), amount}}};
  std::string csv = "order,amount\n";
  for (int i = 0; i < 2000; ++i) csv += fmt::format("{},{}\n", 10'000 + i, i % 7 == 3 ? "abc" : "1.5");
  const DrawnReport report(spec, csv);
  CHECK(report.rendered().skipped_rows == 286);
  CHECK(report.rendered().rows == 1714);
  CHECK(count_of("1.5", report.text()) == 1714);
  CHECK(report.text().find("10003") == std::string::npos);
}

TEST_CASE("a column that the data does not have is refused, naming the nearest one", "[report]") {
  RenderSpec spec = titled("Unknown");
  spec.report.sections = {HeadingSection{"Orders", 1}, TableSection{{column("custmer")}}};
  const bool json = GENERATE(false, true);
  const DrawnReport report(spec, json ? "{\"order\":1,\"customer\":\"a\"}\n" : "order,customer\n1,a\n");
  REQUIRE_FALSE(report.result());
  const Error& error = report.result().error();
  CHECK(error.code == Errc::invalid_report);
  CHECK(error.detail.find("custmer") != std::string::npos);
  CHECK(error.detail.find("customer") != std::string::npos);
  REQUIRE(error.fields.size() == 1);
  CHECK(error.fields[0].pointer == "/report/sections/1/columns/0/field");
}

TEST_CASE("many columns shrink until they fit, and more than that stand on pages side by side", "[report]") {
  const auto wide = [](int columns) {
    std::string header;
    std::string row;
    for (int i = 0; i < columns; ++i) {
      header += fmt::format("{}column_{}", i == 0 ? "" : ",", i);
      row += fmt::format("{}{}", i == 0 ? "" : ",", 1000 + i);
    }
    return header + "\n" + row + "\n";
  };
  const DrawnReport fits(titled("Wide"), wide(30));
  const std::string text = fits.text();
  for (int i = 0; i < 30; ++i) CHECK(count_of(std::to_string(1000 + i), text) == 1);
  const DrawnReport split(titled("Wide"), wide(200));
  REQUIRE(split.rendered().pages > 4);
  const std::string pages = split.text();
  for (int i = 1; i < 200; ++i) CHECK(count_of(std::to_string(1000 + i), pages) == 1);
  CHECK(count_of("1000", pages) == split.rendered().pages);  // the key column
  CHECK(split.text_of_page(4).find(fmt::format("Page 4 of {}", split.rendered().pages)) != std::string::npos);
  CHECK(split.faults() == "");
  const DrawnReport refused(titled("Wide"), wide(201));
  REQUIRE_FALSE(refused.result());
  CHECK(refused.result().error().code == Errc::invalid_report);
  CHECK(refused.result().error().detail.find("201 columns") != std::string::npos);
}

TEST_CASE("progress tells both stages in order and its percentage never goes back", "[report]") {
  std::vector<Progress> told;
  const DrawnReport report(titled("Orders"), orders_csv(150'000), 2, [&](const std::optional<Progress>& progress) {
    if (progress) told.push_back(*progress);
    return Command::go_on;
  });
  REQUIRE(report.rendered().rows == 150'000);
  REQUIRE_FALSE(told.empty());
  for (std::size_t i = 1; i < told.size(); ++i) {
    CHECK(told[i].percent >= told[i - 1].percent);
    CHECK(told[i].stage >= told[i - 1].stage);
    CHECK((told[i].stage != told[i - 1].stage || told[i].done >= told[i - 1].done));
    CHECK(told[i].pages >= told[i - 1].pages);
    CHECK((told[i].total == 0 || told[i].done <= told[i].total));
  }
  CHECK(told.back().stage >= Stage::render);
  CHECK(told.back().total == 150'000);
  CHECK(told.back().percent <= 99);
}

TEST_CASE("a report that is told to stop ends as canceled", "[report]") {
  const Stage when = GENERATE(Stage::scan, Stage::render);
  const DrawnReport report(titled("Orders"), orders_csv(150'000), 2, [&](const std::optional<Progress>& progress) {
    return progress && progress->stage >= when ? Command::stop : Command::go_on;
  });
  REQUIRE_FALSE(report.result());
  CHECK(report.result().error().code == Errc::canceled);
}

TEST_CASE("a full disk is told apart from a bug", "[report]") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const auto data = memory_file(orders_csv(20'000));
  REQUIRE(data);
  const RenderSpec spec = titled("Orders");
  const auto drawn = worker::draw_report(fonts(), {.spec = spec, .data = &*data, .output = full, .created_at = noon},
                                         [](const auto&) { return Command::go_on; });
  REQUIRE_FALSE(drawn);
  CHECK(drawn.error().code == Errc::unavailable);
}
