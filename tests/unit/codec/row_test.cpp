#include "codec/row_json.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::codec;

namespace {

struct Cell {
  std::string field;
  CellKind kind;
  std::string text;
  friend bool operator==(const Cell&, const Cell&) = default;
};

Result<std::vector<Cell>> cells_of(std::string_view json) {
  std::vector<Cell> cells;
  return decode_row(json,
                    [&](std::string_view field, CellKind kind, std::string_view text) {
                      cells.push_back({std::string(field), kind, std::string(text)});
                    })
      .map([&] { return cells; });
}

}  // namespace

TEST_CASE("a row's cells come in order, with numbers as they were written", "[codec]") {
  const auto cells =
      cells_of(R"({"b":1.50,"a":"x\n\u00e9","n":null,"t":true,"f":false,"i":-7,"z":-0,"u":18446744073709551615,)"
               R"("w":18446744073709551616,"e":1E+2,"s":""})");
  REQUIRE(cells);
  CHECK(*cells == std::vector<Cell>{{"b", CellKind::number, "1.50"},
                                    {"a", CellKind::string, "x\né"},
                                    {"n", CellKind::null, ""},
                                    {"t", CellKind::boolean, "true"},
                                    {"f", CellKind::boolean, "false"},
                                    {"i", CellKind::number, "-7"},
                                    {"z", CellKind::number, "-0"},
                                    {"u", CellKind::number, "18446744073709551615"},
                                    {"w", CellKind::number, "18446744073709551616"},
                                    {"e", CellKind::number, "1E+2"},
                                    {"s", CellKind::string, ""}});
  CHECK(cells_of("  {}  ").value().empty());
}

TEST_CASE("a row that is no flat object is bad data, and the field is named", "[codec]") {
  struct Case {
    const char* json;
    const char* detail;
  };
  const auto entry = GENERATE(
      Case{R"({"a":1,"tags":[1]})", "The field 'tags' is an array;"},
      Case{R"({"a":{"b":1}})", "The field 'a' is an object;"},
      Case{R"({"a":1,"a":2})", "The field 'a' is there twice."}, Case{R"([1])", "A row must be a JSON object."},
      Case{"7", "A row must be a JSON object."}, Case{R"("x")", "A row must be a JSON object."},
      Case{"", "This is not a JSON object."}, Case{R"({"a":1)", "This is not a JSON object."},
      Case{R"({"a":1} {"b":2})", "This is not a JSON object."}, Case{R"({"a":1e999})", "This is not a JSON object."});
  INFO(entry.json);
  const auto cells = cells_of(entry.json);
  REQUIRE(!cells);
  CHECK(cells.error().code == Errc::bad_data);
  CHECK_THAT(cells.error().detail, Catch::Matchers::StartsWith(entry.detail));
}

TEST_CASE("a row of a thousand fields still tells a doubled one", "[codec]") {
  std::string json = "{";
  for (int i = 0; i < 1000; ++i) json += "\"f" + std::to_string(i) + "\":1,";
  CHECK(cells_of(json + "\"last\":1}").value().size() == 1001);
  CHECK(cells_of(json + "\"f5\":1}").error().detail == "The field 'f5' is there twice.");
  CHECK(cells_of(json + "\"f999\":1}").error().detail == "The field 'f999' is there twice.");
}

TEST_CASE("an array of rows becomes one line for each", "[codec]") {
  CHECK(rows_to_ndjson(R"([{"a":1,"b":"x,]\"y"},{"a":[1,2]}])").value() ==
        "{\"a\":1,\"b\":\"x,]\\\"y\"}\n{\"a\":[1,2]}\n");
  CHECK(rows_to_ndjson("[ {\n\"a\" : \" \\\\\" } ,\t{} ]\n").value() == "{\"a\":\" \\\\\"}\n{}\n");
  CHECK(rows_to_ndjson("[]").value().empty());
}

TEST_CASE("text that is no array of rows is refused", "[codec]") {
  const auto text = GENERATE("", "{}", "[", "[{}", "]", "[\"a", "[\"a\\");
  INFO(text);
  CHECK_FALSE(rows_to_ndjson(text));
}
