// What columns are inferred to be.
#include <random>

#include "tests/unit/worker/data_support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

/// "decimal . 2": the kind, the mark and the decimals of one untyped column.
std::string kind_of(const std::vector<std::string>& cells, std::optional<char> given = std::nullopt,
                    char likely = '.') {
  Survey survey(given, likely);
  for (const std::string& cell : cells) {
    Row row;
    row.cells = {cell};
    survey.add(row);
  }
  const ColumnFacts facts = survey.facts(0);
  switch (facts.format) {
    case CellFormat::integer: return "integer";
    case CellFormat::decimal:
      return std::string("decimal ") + facts.decimal_mark + " " + std::to_string(facts.decimals);
    case CellFormat::date: return "date";
    case CellFormat::time: return "time";
    case CellFormat::datetime: return "datetime";
    case CellFormat::boolean: return "boolean";
    default: return "text";
  }
}

CellFormat format_of(std::string_view ndjson) {
  const Planned planned = plan_table(ndjson);
  return planned.plans->front().format;
}

}  // namespace

TEST_CASE("a column is what all of its cells are", "[data]") {
  CHECK(kind_of({"1", "-20", "", "0"}) == "integer");
  CHECK(kind_of({"1", "2.50", "3.125"}) == "decimal . 3");
  CHECK(kind_of({"1,234", "12"}) == "decimal . 0");
  CHECK(kind_of({"1,234.5"}) == "decimal . 1");
  CHECK(kind_of({"2026-01-31", "", "2024-02-29"}) == "date");
  CHECK(kind_of({"2026-01-31", "", "2024-02-29T10:00"}) == "datetime");
  CHECK(kind_of({"15:09", "23:59:59", ""}) == "time");
  CHECK(kind_of({"true", "FALSE", ""}) == "boolean");
  CHECK(kind_of({"Yes", "no"}) == "boolean");
  CHECK(kind_of({"", " ", ""}) == "text");
  CHECK(kind_of({}) == "text");
}

TEST_CASE("one cell that does not fit makes text of a column", "[data]") {
  CHECK(kind_of({"1", "2", "x"}) == "text");
  CHECK(kind_of({"2026-01-31", "2026-02-30"}) == "text");
  CHECK(kind_of({"true", "1"}) == "text");
  CHECK(kind_of({"2026-01-31", "5"}) == "text");
  CHECK(kind_of({"2026-01-31", "15:09"}) == "text");
  CHECK(kind_of({"15:09", "24:30"}) == "text");
  CHECK(kind_of({"9:05"}) == "text");
  CHECK(kind_of({"00:01:02.5"}) == "text");
  CHECK(kind_of({"NaN"}) == "text");
  CHECK(kind_of({"1e400"}) == "text");
}

TEST_CASE("ids and telephone numbers keep their form", "[data]") {
  CHECK(kind_of({"1", "007"}) == "text");
  CHECK(kind_of({"+4930123"}) == "text");
  CHECK(kind_of({"12E3"}) == "text");
  CHECK(kind_of({"555 123 456"}) == "text");
  CHECK(kind_of({"1 234 567", "2,5"}) == "decimal , 1");
  CHECK(kind_of({std::string(39, '1')}) == "text");
  CHECK(kind_of({std::string(38, '1')}) == "integer");
  CHECK(kind_of({"0", "0.5"}) == "decimal . 1");
}

TEST_CASE("the decimal mark is given, or seen, or likely", "[data]") {
  CHECK(kind_of({"1,5", "1.234,50"}) == "decimal , 2");
  CHECK(kind_of({"0,125"}) == "decimal , 3");
  CHECK(kind_of({"1,5"}, '.') == "text");
  CHECK(kind_of({"1,5"}, ',') == "decimal , 1");
  CHECK(kind_of({"1,234"}) == "decimal . 0");
  CHECK(kind_of({"1,234"}, std::nullopt, ',') == "decimal , 3");
  CHECK(kind_of({"1,234", "2.5"}) == "decimal . 1");
  CHECK(kind_of({"1,5", "2.5"}) == "text");
}

TEST_CASE("a column that tells the decimal mark decides for one that does not", "[data]") {
  const std::string text = "a;b\n1,234;0,5\n";
  const Planned planned = plan_table("a\tb\n1,234\t0,5\n");
  CHECK(planned.survey.decimal_mark() == ',');
  CHECK(planned.survey.facts(0).decimals == 3);
  CHECK(plan_table("a,b\n\"1,234\",0.5\n").survey.facts(0).decimals == 0);
}

TEST_CASE("in JSON a number is what JSON says", "[data]") {
  CHECK(format_of("{\"a\":1}\n{\"a\":null}\n{\"a\":\"\"}\n") == CellFormat::integer);
  CHECK(format_of("{\"a\":1}\n{\"a\":0.25}\n") == CellFormat::decimal);
  CHECK(format_of("{\"a\":1e-2}\n") == CellFormat::decimal);
  CHECK(format_of("{\"a\":\"1\"}\n") == CellFormat::text);
  CHECK(format_of("{\"a\":true}\n{\"a\":false}\n") == CellFormat::boolean);
  CHECK(format_of("{\"a\":true}\n{\"a\":\"yes\"}\n") == CellFormat::text);
  CHECK(format_of("{\"a\":\"2026-01-31\"}\n") == CellFormat::date);
  CHECK(format_of("{\"a\":1}\n{\"a\":\"x\"}\n") == CellFormat::text);
}

TEST_CASE("parts of the data make the survey of the whole", "[data]") {
  std::mt19937 random(5);
  const Cells pieces = {"1",     "007",
                        "1,5",   "1.5",
                        "1.234", "1,234.5",
                        "1 234", "-3",
                        "+4",    "",
                        "true",  "no",
                        "x",     "2026-01-31",
                        "15:09", "1e5",
                        ".5",    "2026-01-31T10:00",
                        "0.125", "9999999999999999999"};
  for (int round = 0; round < 5000; ++round) {
    Survey whole(std::nullopt);
    std::vector<Survey> parts(3, Survey(std::nullopt));
    for (std::size_t rows = random() % 5; rows > 0; --rows) {
      const std::string first = pieces[random() % pieces.size()];
      const std::string second = pieces[random() % pieces.size()];
      Row row;
      row.cells = {first, second};
      if (random() % 3 == 0) row.kinds = {CellKind::string, random() % 2 ? CellKind::string : CellKind::null};
      whole.add(row);
      parts[random() % parts.size()].add(row);
    }
    Survey merged(std::nullopt);
    for (const Survey& part : parts) merged.merge(part);
    CHECK(merged.rows() == whole.rows());
    CHECK(merged.decimal_mark() == whole.decimal_mark());
    for (const std::size_t field : {0, 1, 2}) REQUIRE(merged.facts(field) == whole.facts(field));
  }
}

TEST_CASE("a part may have its fields in another order", "[data]") {
  Row row;
  row.cells = {"1", "x"};
  Survey survey(std::nullopt);
  survey.add(row);
  Survey other(std::nullopt);
  row.cells = {"y", "2.5", "2026-01-01"};
  other.add(row);
  survey.merge(other, std::vector<std::size_t>{1, 0, 2});
  CHECK(survey.facts(0).format == CellFormat::decimal);
  CHECK(survey.facts(1).format == CellFormat::text);
  CHECK(survey.facts(2).format == CellFormat::date);
  CHECK(survey.rows() == 2);
}
