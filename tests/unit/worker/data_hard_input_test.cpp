// Input that breaks readers: each ends in a clear failure with its place, or in the replacement that the protocol
// names.
#include <fmt/format.h>

#include "tests/unit/worker/data_support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

DataSpec spec_of(DataFormat format, std::optional<Encoding> encoding = Encoding::utf8) {
  DataSpec spec;
  spec.format = format;
  spec.encoding = encoding;
  return spec;
}

const DataSpec csv = spec_of(DataFormat::csv);
const DataSpec ndjson = spec_of(DataFormat::ndjson);

}  // namespace

TEST_CASE("invalid UTF-8, NUL and control characters are replaced and counted, never dropped", "[data]") {
  using namespace std::string_literals;
  const auto [bytes, shown] = GENERATE(table<std::string, std::string>({{"\xFF"s, "\uFFFD"s},
                                                                        {"a\xC3"s, "a\uFFFD"s},
                                                                        {"\xED\xA0\x80"s, "\uFFFD\uFFFD\uFFFD"s},
                                                                        {"\xF0\x9F\x98"s, "\uFFFD"s},
                                                                        {"\xC0\x80"s, "\uFFFD\uFFFD"s},
                                                                        {"x\0y"s, "x\uFFFDy"s},
                                                                        {"\0"s, "\uFFFD"s},
                                                                        {"\x1B[31m"s, "\uFFFD[31m"s},
                                                                        {"\x7F"s, "\uFFFD"s},
                                                                        {"\xC2\x85"s, "\uFFFD"s}}));
  std::uint64_t marks = 0;
  for (std::size_t at = shown.find("\uFFFD"); at != std::string::npos; at = shown.find("\uFFFD", at + 3)) ++marks;
  for (const std::string& cell : {bytes, "\"" + bytes + "\""}) {
    const Table table = read_table("v,w\n" + cell + ",1\n", csv);
    REQUIRE_FALSE(table.error);
    CHECK(table.rows == std::vector<Cells>{{shown, "1"}});
    CHECK(table.replaced == marks);
  }
}

TEST_CASE("JSON's escapes make no control characters either", "[data]") {
  const Table table = read_table("{\"v\":\"a\\u0000\\u001b\\u007f\\u0085b\\r\\n\\t\"}\n", ndjson);
  CHECK(table.rows == std::vector<Cells>{{"a\uFFFD\uFFFD\uFFFD\uFFFDb\n "}});
  CHECK(table.replaced == 4);
  CHECK(read_table("{\"v\\u0000\":1}\n{\"v\\u0000\":2}\n", ndjson).columns == Cells{"v\uFFFD"});
  CHECK(read_table("{\"v\\u0000\":1}\n", ndjson, {.columns = {"v\uFFFD"}}).rows == std::vector<Cells>{{"1"}});
  CHECK(read_table("{\"v\xFF\":1}\n", ndjson).columns == Cells{"v\uFFFD"});
  CHECK(error_of(read_table(std::string("{\"v\":\"a\0b\"}\n", 12), ndjson)) ==
        "Row 1 (line 1): This is not a JSON object.");
}

TEST_CASE("a cell of a megabyte is read whole, one beyond is named", "[data]") {
  const std::string most(max_field_bytes, 'x');
  CHECK(read_table("v,w\n" + most + ",1\n", csv).rows.front().front().size() == most.size());
  CHECK(error_of(read_table("v,w\n1,2\n1," + most + "x\n", csv)) ==
        "Row 2 (line 3), column 'w': the field that begins in line 3 is longer than 1048576 bytes. Is a quote not "
        "closed?");
  CHECK(error_of(read_table("{\"v\":1}\n{\"v\":\"" + most + "x\"}\n", ndjson)) ==
        "Row 2 (line 2): The field 'v' is longer than 1048576 bytes.");
}

TEST_CASE("a million columns are too many, in the header, a row and JSON", "[data]") {
  std::string commas(1'000'000, ',');
  CHECK(error_of(read_table("a" + commas + "\n", csv)) == "The header (line 1) has more than 10000 fields.");
  CHECK(error_of(read_table("a,b\n1" + commas + "\n", csv)) == "Row 1 (line 2) has more than 10000 fields.");
  std::string json = "{\"a\":0";
  for (int field = 0; field < 1'000'000; ++field) json += fmt::format(",\"f{}\":0", field);
  CHECK(error_of(read_table(json + "}\n", ndjson)) ==
        "Row 1 (line 1): The rows have more than 10000 different fields.");
}

TEST_CASE("what is no finite number fails a column of numbers with its place, and is text in any other", "[data]") {
  const auto cell = GENERATE(as<std::string>{}, "NaN", "Infinity", "-Infinity", "inf", "1e400", "10e99999999999",
                             "0x1F", "1_000", "--1", "1,2,3", "12-", "\u0661\u0662");
  INFO(cell);
  const auto format = GENERATE(CellFormat::decimal, CellFormat::integer, CellFormat::percent, CellFormat::currency);
  Column wanted = column("v", format);
  wanted.currency = "EUR";
  const std::string told = print_one(wanted, cell);
  CHECK(told.find("Row 1 (line 2), column 'v': '" + cell + "' ") == 0);
  CHECK(print_one(column("v"), cell) == cell);
}

TEST_CASE("a number of 400 digits keeps them as text, and fails a column of numbers", "[data]") {
  const std::string digits = "1" + std::string(400, '0');
  CHECK(print_one(column("v"), digits) == digits);
  CHECK(print_one(column("v", CellFormat::decimal), digits) ==
        "Row 1 (line 2), column 'v': '" + digits.substr(0, 40) + "…' has more than 38 digits.");
  CHECK(error_of(read_table("{\"v\":1}\n{\"v\":" + digits + "}\n", ndjson)) ==
        "Row 2 (line 2): The field 'v' is '" + digits.substr(0, 40) + "…': the number is too large.");
  CHECK(error_of(read_table("{\"v\":1e400}\n", ndjson)) ==
        "Row 1 (line 1): The field 'v' is '1e400': the number is too large.");
}

TEST_CASE("a bad cell is left out with its row where that is asked for", "[data]") {
  CHECK(printed("v,w\n1,a\nNaN,b\n2026-02-30,c\n2,d\n", {.columns = {column("v", CellFormat::integer), column("w")}},
                {}, OnBadRow::skip) == std::vector<Cells>{{"1", "a"}, {"2", "d"}});
}

TEST_CASE("no cell with anything in it is shown as nothing", "[data]") {
  const auto cell = GENERATE(as<std::string>{}, "0", "-0", "0.000", "\u00A0x", "\u200B", "\xEF\xBB\xBFx", "\u202Ex",
                             "'", "NULL", "-");
  const auto format = GENERATE(CellFormat::text, CellFormat::integer, CellFormat::decimal, CellFormat::date,
                               CellFormat::time, CellFormat::datetime, CellFormat::boolean);
  INFO(cell);
  CHECK_FALSE(print_one(column("v", format), cell).empty());
}

TEST_CASE("a quote that is never closed and stray text name their lines", "[data]") {
  CHECK(error_of(read_table("v,w\n1,\"a\nb\n", csv)) ==
        "Row 1 (line 2), column 'w': the quote that begins in line 2 is never closed.");
  CHECK(error_of(read_table("v,w\n1,\"a\"b\n", csv)) == "Row 1 (line 2) has text after a closing quote.");
}
