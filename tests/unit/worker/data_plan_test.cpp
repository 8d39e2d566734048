// Planned columns: what is read from cells, what stands on the page, and totals.
#include <random>

#include "tests/unit/worker/data_support.hpp"
#include "worker/data/total.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

/// One column's total as it would be printed.
std::string total(std::string_view bytes, Column wanted, Aggregate aggregate) {
  wanted.total = aggregate;
  const Planned planned = plan_table(bytes, {.columns = {wanted}});
  if (!planned.plans) return planned.plans.error().detail;
  TypedRows rows(*planned.source, *planned.plans, OnBadRow::fail);
  Total sum(aggregate);
  while (rows.next().value()) sum.add(rows.values().front());
  std::string text;
  const auto told = sum.append_to(text, planned.plans->front());
  return told ? text : told.error().detail;
}

}  // namespace

TEST_CASE("without columns a table shows all fields in inferred formats", "[data]") {
  const std::string text = "id,name,price,day,paid\n1,Zoë,2.5,2026-01-31,true\n20,,1234.25,2026-02-01T10:00:05Z,no\n";
  CHECK(printed(text) == std::vector<Cells>{{"1", "Zoë", "2.50", "2026-01-31", "Yes"},
                                            {"20", "", "1,234.25", "2026-02-01 10:00:05Z", "No"}});
  const Planned planned = plan_table(text);
  CHECK((*planned.plans)[0].align == Align::right);
  CHECK((*planned.plans)[1].align == Align::left);
  CHECK((*planned.plans)[4].align == Align::center);
  CHECK((*planned.plans)[1].label == "name");
}

TEST_CASE("numbers are written with the data's own decimal mark", "[data]") {
  CHECK(printed("a;b\n1.234,5;7\n0,25;8\n") == std::vector<Cells>{{"1.234,50", "7"}, {"0,25", "8"}});
  DataSpec spec;
  spec.decimal = ',';
  CHECK(print_one(money("EUR"), "1234,5", spec) == "1.234,50\u00A0€");
}

TEST_CASE("given formats read and write their values", "[data]") {
  CHECK(print_one(column("v", CellFormat::integer), "007") == "7");
  CHECK(print_one(column("v", CellFormat::integer), "1,234,000") == "1234000");
  CHECK(print_one(column("v", CellFormat::integer), "2.00") == "2");
  CHECK(print_one(column("v", CellFormat::decimal), "1234.50") == "1,234.50");
  CHECK(print_one(column("v", CellFormat::percent), "0.125") == "12.5%");
  CHECK(print_one(column("v", CellFormat::percent), "12.5%") == "13%");
  CHECK(print_one(column("v", CellFormat::boolean), "1") == "Yes");
  CHECK(print_one(column("v", CellFormat::text), " 5 ") == " 5 ");
  Column digits = column("v", CellFormat::decimal);
  digits.decimals = 0;
  CHECK(print_one(digits, "1234.5") == "1,235");
}

TEST_CASE("currencies have their sign and their minor unit's digits", "[data]") {
  CHECK(print_one(money("EUR"), "-1234.5") == "-€1,234.50");
  CHECK(print_one(money("JPY"), "1234.5") == "¥1,235");
  CHECK(print_one(money("KWD"), "1.5") == "KWD\u00A01.500");
  CHECK(print_one(money("CHF"), "1'234.5") == "CHF\u00A01,234.50");
  for (const char* const cell : {"€5", "€ 5", "5 €", "5 EUR", "EUR5"}) CHECK(print_one(money("EUR"), cell) == "€5.00");
  CHECK(print_one(money("USD"), "-$1,234.50") == "-$1,234.50");
  CHECK(print_one(money("USD"), "€5") == "Row 1 (line 2), column 'v': '€5' is not a number.");
}

TEST_CASE("a cell that its format cannot read is named by row and column", "[data]") {
  CHECK(print_one(column("v", CellFormat::decimal), "abc") == "Row 1 (line 2), column 'v': 'abc' is not a number.");
  CHECK(print_one(column("v", CellFormat::decimal), "NaN") == "Row 1 (line 2), column 'v': 'NaN' is not a number.");
  CHECK(print_one(column("v", CellFormat::decimal), "1e400") ==
        "Row 1 (line 2), column 'v': '1e400' has more than 38 digits.");
  CHECK(print_one(column("v", CellFormat::integer), "1.5") ==
        "Row 1 (line 2), column 'v': '1.5' is not a whole number.");
  CHECK(print_one(column("v", CellFormat::date), "31.1.2026") ==
        "Row 1 (line 2), column 'v': '31.1.2026' is not a date like 2026-03-14.");
  CHECK(print_one(column("v", CellFormat::boolean), "maybe") ==
        "Row 1 (line 2), column 'v': 'maybe' is neither true nor false.");
  CHECK(print_one(column("v", CellFormat::decimal), "x" + std::string(39, 'e') + "é") ==
        "Row 1 (line 2), column 'v': 'x" + std::string(39, 'e') + "…' is not a number.");
}

TEST_CASE("bad rows of both kinds are left out alike in every pass", "[data]") {
  const std::string text = "v,w\n1,a\nx,b\n2\n3,c\ny,d\n";
  const TableSection section{.columns = {column("w"), column("v", CellFormat::integer)}};
  CHECK(printed(text, section, {}, OnBadRow::skip) == std::vector<Cells>{{"a", "1"}, {"c", "3"}});
  const Planned planned = plan_table(text, section, {}, OnBadRow::skip);
  TypedRows rows(*planned.source, *planned.plans, OnBadRow::skip);
  std::vector<Position> positions{rows.position()};
  while (rows.next().value()) positions.push_back(rows.position());
  CHECK(rows.skipped_rows() == 3);
  rows.seek(positions[1]);
  REQUIRE(rows.next().value());
  CHECK(rows.row().number == 4);
  CHECK(rows.values()[0].text == "c");
}

TEST_CASE("a field that the data does not have is named with the nearest one", "[data]") {
  const TableSection section{.columns = {column("totl"), column("name")}};
  const Planned planned = plan_table("name,total\na,1\n", section);
  REQUIRE_FALSE(planned.plans);
  CHECK(planned.plans.error().code == Errc::invalid_report);
  CHECK(planned.plans.error().fields ==
        std::vector<FieldError>{
            {"/report/sections/0/columns/0/field", "The data has no field 'totl'. Did you mean 'total'?"}});
}

TEST_CASE("NDJSON without rows fits every table", "[data]") {
  DataSpec spec;
  spec.format = DataFormat::ndjson;
  CHECK(printed("", {.columns = {column("a")}}, spec).empty());
  CHECK(printed("", {}, spec).empty());
}

TEST_CASE("an inferred format fits every cell", "[data]") {
  std::mt19937 random(3);
  const std::vector<std::string> pieces = {"1",   "0",       "12",         "007",   "1,5",
                                           "1.5", "1.234,5", "1,234.5",    "1 234", "-3",
                                           "+4",  "1e5",     "",           " ",     "true",
                                           "no",  "x",       "2026-01-31", "555",   ".5",
                                           "5.",  "NaN",     "é",          "0,1",   "9999999999999999999999999999999"};
  for (int round = 0; round < 3000; ++round) {
    std::string csv = "v\tw\n";
    std::string ndjson;
    for (std::size_t rows = 1 + random() % 3; rows > 0; --rows) {
      const std::string& first = pieces[random() % pieces.size()];
      const std::string& second = pieces[random() % pieces.size()];
      csv += first + "\t" + second + "\n";
      ndjson += "{\"v\":\"" + first + "\",\"w\":" + (random() % 2 ? "1.5e-1" : "\"" + second + "\"") + "}\n";
    }
    for (const std::string& text : {csv, ndjson}) {
      INFO(text);
      const Planned planned = plan_table(text);
      TypedRows rows(*planned.source, *planned.plans, OnBadRow::fail);
      for (;;) {
        const auto found = rows.next();
        REQUIRE(found);
        if (!*found) break;
      }
    }
  }
}

TEST_CASE("fields that a JSON row lacks are empty", "[data]") {
  CHECK(printed("{\"a\":1}\n{\"b\":\"x\"}\n") == std::vector<Cells>{{"1", ""}, {"", "x"}});
}

TEST_CASE("JSON's own numbers have a point, whatever the strings have", "[data]") {
  DataSpec spec;
  spec.decimal = ',';
  CHECK(printed("{\"a\":1.5}\n{\"a\":\"2,25\"}\n", {.columns = {column("a", CellFormat::decimal)}}, spec) ==
        std::vector<Cells>{{"1,50"}, {"2,25"}});
}

TEST_CASE("totals are exact and leave empty cells out", "[data]") {
  const std::string text = "v,d\n0.1,2026-01-02T00:00+02:00\n0.2,\n,2026-01-01T23:30Z\n1000.75,2026-01-01T22:30Z\n";
  CHECK(total(text, column("v"), Aggregate::sum) == "1,001.05");
  CHECK(total(text, column("v"), Aggregate::average) == "333.68");
  CHECK(total(text, column("v"), Aggregate::count) == "3");
  CHECK(total(text, column("v"), Aggregate::min) == "0.10");
  CHECK(total(text, column("v"), Aggregate::max) == "1,000.75");
  CHECK(total(text, column("d"), Aggregate::min) == "2026-01-02 00:00+02:00");
  CHECK(total(text, column("d"), Aggregate::max) == "2026-01-01 23:30Z");
  CHECK(total("v\n1\n2\n2\n", column("v"), Aggregate::average) == "1.67");
  CHECK(total("v\n0.5\n0.25\n", column("v", CellFormat::percent), Aggregate::average) == "38%");
  CHECK(total("v\n-5\n-7\n", column("v"), Aggregate::max) == "-5");
  CHECK(total("v\n-5\n-7\n", money("EUR"), Aggregate::sum) == "-€12.00");
}

TEST_CASE("totals of no values are nothing, but for sum and count", "[data]") {
  const Column decimal = column("v", CellFormat::decimal);
  CHECK(total("v\n\"\"\n", decimal, Aggregate::sum) == "0");
  CHECK(total("v\n", column("v"), Aggregate::sum) == "0");
  CHECK(total("v\n\"\"\n", decimal, Aggregate::count) == "0");
  CHECK(total("v\n\"\"\n", decimal, Aggregate::average).empty());
  CHECK(total("v\n\"\"\n", decimal, Aggregate::min).empty());
}

TEST_CASE("a total that its column cannot have is refused", "[data]") {
  CHECK(total("v\nx\n", column("v"), Aggregate::sum) == "The column 'v' has no sum: it does not hold numbers.");
  CHECK(total("v\nx\n", column("v"), Aggregate::count) == "1");
  CHECK(total("v\n2026-01-01\n", column("v"), Aggregate::average) ==
        "The column 'v' has no average: it does not hold numbers.");
  const std::string most(38, '9');
  CHECK(total("v\n" + most + "\n1\n", column("v"), Aggregate::sum) ==
        "The sum of the column 'v' has more than 38 digits.");
}
