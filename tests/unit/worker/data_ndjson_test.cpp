// NDJSON: columns from whatever fields come, and rows that are not rows.
#include <fmt/format.h>

#include "codec/row_json.hpp"
#include "tests/unit/worker/data_support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

TEST_CASE("the columns are all fields in the order of appearance", "[data]") {
  const Table table = read_table("{\"a\":1,\"b\":\"x\"}\n\n{\"c\":true,\"a\":null}\r\n  \n{\"b\":\"\"}");
  CHECK(table.columns == Cells{"a", "b", "c"});
  CHECK(table.rows == std::vector<Cells>{{"1", "x"}, {"", "", "true"}, {"", "", ""}});
}

TEST_CASE("given columns are read in the order given, others passed over", "[data]") {
  const Table table = read_table("{\"a\":1,\"b\":2,\"c\":3}\n{\"c\":6,\"z\":{}}\n{\"c\":7,\"z\":0}\n", {},
                                 {.on_bad_row = OnBadRow::skip, .columns = {"c", "a"}});
  CHECK(table.columns == Cells{"c", "a"});
  CHECK(table.rows == std::vector<Cells>{{"3", "1"}, {"7", ""}});
  CHECK(table.skipped == 1);
}

TEST_CASE("a line that is no flat object is named, or left out without a trace", "[data]") {
  const std::string text = "{\"a\":1}\n\n{\"new\":1,\"b\":[1]}\n[1]\n{\"a\":2}\n{\"a\":3";
  CHECK(error_of(read_table(text)).substr(0, 36) == "Row 2 (line 3): The field 'b' is an ");
  const Table table = read_table(text, {}, {.on_bad_row = OnBadRow::skip});
  CHECK(table.columns == Cells{"a"});
  CHECK(table.rows == std::vector<Cells>{{"1"}, {"2"}});
  CHECK(table.skipped == 3);
}

TEST_CASE("JSON text is made clean", "[data]") {
  DataSpec spec;
  spec.encoding = Encoding::utf8;
  const Table table = read_table("{\"a\":\"x\\u0000y\\r\\nz\\t1\",\"b\":\"\xFF\"}\n", spec);
  CHECK(table.rows == std::vector<Cells>{{"x\uFFFDy\nz 1", "\uFFFD"}});
  CHECK(table.replaced == 2);
}

TEST_CASE("cells come with their kinds, numbers as they were written", "[data]") {
  const auto source =
      open_rows(R"({"b":1.50,"a":"x\n\u00e9\ud83d\ude00","n":null,"t":true,"f" : false ,"i":-7 ,"z":-0,)"
                R"("w":18446744073709551616,"e":1E+2,"s":""})",
                {.format = DataFormat::ndjson})
          .value();
  Row row;
  REQUIRE(source->next(row).value());
  CHECK(source->columns() == Cells{"b", "a", "n", "t", "f", "i", "z", "w", "e", "s"});
  CHECK(cells_of(row) == Cells{"1.50", "x\né😀", "", "true", "false", "-7", "-0", "18446744073709551616", "1E+2", ""});
  using enum CellKind;
  CHECK(row.kinds ==
        std::vector<CellKind>{number, string, null, boolean, boolean, number, number, number, number, string});
  CHECK(read_table("  {}  \n{ \"a\" : 1 }\t\r\n").rows == std::vector<Cells>{{}, {"1"}});
}

TEST_CASE("a row that is no flat object is bad data, and the field is named", "[data]") {
  struct Case {
    const char* json;
    const char* detail;
  };
  const auto entry = GENERATE(
      Case{R"({"a":1,"tags":[1]})", "The field 'tags' is an array; a cell is a text, a number, true, false or null."},
      Case{R"({"a":{"b":1}})", "The field 'a' is an object; a cell is a text, a number, true, false or null."},
      Case{R"({"a":1,"a":2})", "The field 'a' is there twice."}, Case{R"([1])", "A row must be a JSON object."},
      Case{R"({"a":1,"\u0061":2})", "The field 'a' is there twice."}, Case{"7", "A row must be a JSON object."},
      Case{R"("x")", "A row must be a JSON object."}, Case{"null", "A row must be a JSON object."},
      Case{R"({"a":1)", "This is not a JSON object."}, Case{R"({"a":1} {"b":2})", "This is not a JSON object."},
      Case{R"({"a":1,})", "This is not a JSON object."}, Case{R"({"a" 1})", "This is not a JSON object."},
      Case{R"({"a":1 "b":2})", "This is not a JSON object."}, Case{R"({a:1})", "This is not a JSON object."},
      Case{R"({"a":"x})", "This is not a JSON object."}, Case{R"({"a":"\x"})", "This is not a JSON object."},
      Case{R"({"a":"\ud800"})", "This is not a JSON object."}, Case{"{\"a\":\"x\ty\"}", "This is not a JSON object."},
      Case{R"({"a":tru})", "This is not a JSON object."}, Case{R"({"a":nullx})", "This is not a JSON object."},
      Case{R"({"a":NaN})", "This is not a JSON object."}, Case{R"({"a":-Infinity})", "This is not a JSON object."},
      Case{R"({"a":01})", "This is not a JSON object."}, Case{R"({"a":1.})", "This is not a JSON object."},
      Case{R"({"a":.5})", "This is not a JSON object."}, Case{R"({"a":+1})", "This is not a JSON object."},
      Case{R"({"a":1e})", "This is not a JSON object."}, Case{R"({"a":-})", "This is not a JSON object."},
      Case{R"({"a":1x})", "This is not a JSON object."}, Case{R"({"a":1}x)", "This is not a JSON object."},
      Case{R"({"a":1e400})", "The field 'a' is '1e400': the number is too large."},
      Case{R"({"a":-12e999999999999999999999})",
           "The field 'a' is '-12e999999999999999999999': the number is too large."});
  INFO(entry.json);
  DataSpec spec;
  spec.format = DataFormat::ndjson;
  CHECK(error_of(read_table(entry.json, spec)) == std::string("Row 1 (line 1): ") + entry.detail);
  const std::string later = std::string("{\"a\":1}\n") + entry.json + "\n{\"a\":2}" + std::string(100, ' ');
  CHECK(error_of(read_table(later, spec)) == std::string("Row 2 (line 2): ") + entry.detail);
  const Table table = read_table(later, spec, {.on_bad_row = OnBadRow::skip});
  CHECK(table.columns == Cells{"a"});
  CHECK(table.rows == std::vector<Cells>{{"1"}, {"2"}});
}

TEST_CASE("numbers are no larger than other readers of JSON take them", "[data]") {
  const std::string digits(310, '9');
  CHECK_FALSE(read_table("{\"a\":1e308}").error);
  CHECK_FALSE(read_table("{\"a\":1e-400}").error);
  CHECK_FALSE(read_table("{\"a\":0e999}").error);
  CHECK(error_of(read_table("{\"a\":" + digits + "}")).find("the number is too large.") != std::string::npos);
}

TEST_CASE("a doubled field is noticed among those that are passed over too", "[data]") {
  CHECK(error_of(read_table("{\"a\":1,\"x\":2,\"x\":3}", {}, {.columns = {"a"}})) ==
        "Row 1 (line 1): The field 'x' is there twice.");
  std::string json = "{";
  for (int i = 0; i < 1000; ++i) json += "\"f" + std::to_string(i) + "\":1,";
  CHECK(read_table(json + "\"last\":1}").columns.size() == 1001);
  CHECK(error_of(read_table(json + "\"f999\":1}")) == "Row 1 (line 1): The field 'f999' is there twice.");
}

TEST_CASE("numbers keep the form in which they were written", "[data]") {
  const Table table = read_table(R"({"a":0.10,"b":12345678901234567890123,"c":-5,"d":1e3})");
  CHECK(table.rows == std::vector<Cells>{{"0.10", "12345678901234567890123", "-5", "1e3"}});
}

TEST_CASE("inline rows read as NDJSON", "[data]") {
  const std::string text = codec::rows_to_ndjson(R"([{"a": 1, "b": "x\ny"}, {"a": 2}])").value();
  CHECK(read_table(text).rows == std::vector<Cells>{{"1", "x\ny"}, {"2", ""}});
}

TEST_CASE("NDJSON reads the same from any row's position", "[data]") {
  std::string text;
  for (int row = 0; row < 200; ++row)
    text += fmt::format("{{\"a\":{},\"b\":\"é{}\"}}\n{}", row, row, row % 7 ? "" : "\n");
  const auto source = open_rows(text, {.format = DataFormat::ndjson}).value();
  std::vector<Position> positions{source->position()};
  std::vector<Row> rows;
  Row row;
  for (; source->next(row).value(); rows.push_back(row)) positions.push_back(source->position());
  for (std::size_t from = 0; from < rows.size(); ++from) {
    source->seek(positions[from]);
    REQUIRE(source->next(row).value());
    REQUIRE(row.number == rows[from].number);
    REQUIRE(row.line == rows[from].line);
    REQUIRE(row.cells.front() == std::to_string(from));
  }
}

TEST_CASE("a cell, a line and the number of fields have bounds", "[data]") {
  const std::string longest(max_field_bytes, 'x');
  CHECK_FALSE(read_table("{\"a\":\"" + longest + "\"}").error);
  CHECK(error_of(read_table("{\"a\":\"" + longest + "x\"}")) ==
        "Row 1 (line 1): The field 'a' is longer than 1048576 bytes.");
  CHECK(error_of(read_table("{\"a\":1}\n{" + std::string(max_row_bytes, ' ') + "}")) ==
        "Row 2 (line 2) is longer than 16777216 bytes.");
  std::string wide = "{\"c\":0";
  for (std::size_t field = 0; field < max_columns; ++field) wide += fmt::format(",\"c{}\":0", field);
  CHECK(error_of(read_table(wide + "}", {}, {.on_bad_row = OnBadRow::skip})) ==
        "Row 1 (line 1): The rows have more than 10000 different fields.");
}
