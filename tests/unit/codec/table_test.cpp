// What a report says about its tables and their columns.
#include "tests/unit/codec/requests.hpp"

using namespace platen;
using namespace platen::codec;
using namespace platen::test;

namespace {
const std::string column = "/report/sections/0/columns/0/";
const std::string table = "/report/sections/0/";
}  // namespace

TEST_CASE("a table is grouped and sorted by fields", "[codec]") {
  const auto full = section_of<TableSection>(
      with_table(R"("group_by":"country","sort_by":["country",{"field":"total","descending":true}],"key_columns":2)"));
  CHECK(full.group_by == "country");
  REQUIRE(full.sort_by.size() == 2);
  CHECK(full.sort_by[0].field == "country");
  CHECK_FALSE(full.sort_by[0].descending);
  CHECK(full.sort_by[1].field == "total");
  CHECK(full.sort_by[1].descending);
  CHECK(full.key_columns == 2);
  CHECK(section_of<TableSection>(with_table(R"("sort_by":"a")")).sort_by.at(0).field == "a");
  CHECK(section_of<TableSection>(with_table(R"("sort_by":{"field":"a","descending":true})")).sort_by.at(0).descending);
  CHECK(section_of<TableSection>(with_table(R"("columns":[])")).key_columns == 1);
  check_misfit(with_table(R"("sort_by":7)"), table + "sort_by", "not a number");
  check_misfit(with_table(R"("sort_by":[""])"), table + "sort_by/0", "empty");
  check_misfit(with_table(R"("sort_by":{"descending":true})"), table + "sort_by/field", "missing");
  check_misfit(with_table(R"("sort_by":{"field":"a","desc":true})"), table + "sort_by/desc", "'descending'");
  check_misfit(with_table(R"("sort_by":["1","2","3","4","5","6","7","8","9"])"), table + "sort_by", "at most 8");
  check_misfit(with_table(R"("group_by":"")"), table + "group_by", "empty");
  check_misfit(with_table(R"("key_columns":21)"), table + "key_columns", "0 to 20");
}

TEST_CASE("dates say how they are read and shown", "[codec]") {
  const Column day = column_of(R"("field":"a","format":"date","input":"dmy","date_style":"long")");
  CHECK(day.input == DateInput::dmy);
  CHECK(day.date_style == DateStyle::long_form);
  CHECK(column_of(R"("field":"a","format":"datetime","input":"unix_ms")").input == DateInput::unix_ms);
  CHECK(column_of(R"("field":"a","format":"time","input":"iso","date_style":"short")").format == CellFormat::time);
  CHECK(column_of(R"("field":"a","format":"text","date_style":"iso")").date_style == DateStyle::iso);
  check_misfit(with_column(R"("field":"a","format":"text","input":"dmy")"), column + "input", "only with");
  check_misfit(with_column(R"("field":"a","input":"dmy")"), column + "input", "only with");
  check_misfit(with_column(R"("field":"a","date_style":"long")"), column + "date_style", "only with");
  check_misfit(with_column(R"("field":"a","format":"time","input":"mdy")"), column + "input", "no day");
  check_misfit(with_column(R"("field":"a","format":"date","input":"rfc")"), column + "input", "'unix_ms'");
}

TEST_CASE("negative numbers have a look of their own", "[codec]") {
  CHECK(column_of(R"("field":"a","negative":"red")").negative == Negative::red);
  CHECK(column_of(R"("field":"a","format":"integer","negative":"parentheses")").negative == Negative::parentheses);
  check_misfit(with_column(R"("field":"a","format":"date","negative":"red")"), column + "negative", "numbers");
}

TEST_CASE("a style says when it applies and what it changes", "[codec]") {
  const auto styles = column_of(R"("field":"a","overflow":"shrink","styles":[
    {"when":{"below":-0.5},"color":"#ff0000"}, {"when":{"above":"1000000000000000000000.01"},"bold":true},
    {"when":{"equal":"open"},"background":"#ffffcc"}, {"when":{"equal":true},"bold":true},
    {"when":"empty","background":"#eeeeee"}])")
                          .styles;
  REQUIRE(styles.size() == 5);
  CHECK(styles[0].when == StyleRule::When::below);
  CHECK(styles[0].value == "-0.5");
  CHECK(styles[0].color == "#ff0000");
  CHECK_FALSE(styles[0].bold);
  CHECK(styles[1].when == StyleRule::When::above);
  CHECK(styles[1].value == "1000000000000000000000.01");
  CHECK(styles[1].bold);
  CHECK(styles[2].when == StyleRule::When::equal);
  CHECK(styles[2].value == "open");
  CHECK(styles[2].background == "#ffffcc");
  CHECK(styles[3].value == "true");
  CHECK(styles[4].when == StyleRule::When::empty);
}

TEST_CASE("a style that does not fit is named with its place", "[codec]") {
  const auto with_style = [](const std::string& members, const std::string& format = "") {
    return with_column(R"("field":"a",)" + format + R"("styles":[{)" + members + "}]");
  };
  const std::string at = column + "styles/0";
  check_misfit(with_style(R"("color":"#ff0000")"), at + "/when", "missing");
  check_misfit(with_style(R"("when":"empty")"), at, "changes nothing");
  check_misfit(with_style(R"("when":"full","bold":true)"), at + "/when", "\"empty\"");
  check_misfit(with_style(R"("when":{},"bold":true)"), at + "/when", "exactly one");
  check_misfit(with_style(R"("when":{"equal":null},"bold":true)"), at + "/when", "exactly one");
  check_misfit(with_style(R"("when":{"below":0,"above":9},"bold":true)"), at + "/when", "exactly one");
  check_misfit(with_style(R"("when":{"belov":0},"bold":true)"), at + "/when/belov", "Did you mean 'below'?");
  check_misfit(with_style(R"("when":{"below":[0]},"bold":true)"), at + "/when/below", "a number or a text");
  check_misfit(with_style(R"("when":{"below":true},"bold":true)"), at + "/when/below", "a number or a text");
  check_misfit(with_style(R"("when":{"below":"1,5"},"bold":true)", R"("format":"decimal",)"), at + "/when/below",
               "decimal point");
  check_misfit(with_style(R"("when":{"above":"a"},"bold":true)", R"("format":"text",)"), at + "/when/above", "'equal'");
  check_misfit(with_style(R"("when":"empty","color":"red")"), at + "/color", "colour");
  std::string many = R"({"when":"empty","bold":true})";
  for (int i = 0; i < 8; ++i) many += R"(,{"when":"empty","bold":true})";
  check_misfit(with_column(R"("field":"a","styles":[)" + many + "]"), column + "styles", "at most 8");
}
