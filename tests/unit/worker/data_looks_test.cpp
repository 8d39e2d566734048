// Rules of a column: which look a cell gets.
#include "tests/unit/worker/data_support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

using When = StyleRule::When;

/// "color/background/bold" of the only cell of a column, or "plain".
std::string look(const Column& wanted, std::string_view cell) {
  const std::string text = wanted.field + "\n\"" + std::string(cell) + "\"\n";
  const Planned planned = plan_table(text, {.columns = {wanted}});
  REQUIRE(planned.plans);
  const ColumnPlan& plan = planned.plans->front();
  TypedRows rows(*planned.source, *planned.plans, OnBadRow::fail);
  REQUIRE(rows.next().value());
  const std::size_t index = look_of(plan, rows.values().front());
  if (index == 0) return "plain";
  const CellLook& found = plan.looks.looks().at(index - 1);
  return found.color + "/" + found.background + (found.bold ? "/bold" : "");
}

Column ruled(CellFormat format, std::vector<StyleRule> rules) {
  Column result = column("v", format);
  result.styles = std::move(rules);
  return result;
}

std::vector<FieldError> errors_of(const Column& wanted, std::string_view bytes) {
  const Planned planned = plan_table(bytes, {.columns = {wanted}});
  return planned.plans ? std::vector<FieldError>{} : planned.plans.error().fields;
}

}  // namespace

TEST_CASE("of the rules that apply, later ones win, each for what it says", "[data]") {
  const Column wanted = ruled(CellFormat::decimal, {{When::below, "100", "#111111", "#eeeeee", false},
                                                    {When::below, "0", "#222222", "", false},
                                                    {When::equal, "-5.0", "", "#dddddd", true},
                                                    {When::above, "1000", "", "", true},
                                                    {When::empty, "", "", "#cccccc", false}});
  CHECK(look(wanted, "100") == "plain");
  CHECK(look(wanted, "99.99") == "#111111/#eeeeee");
  CHECK(look(wanted, "-1") == "#222222/#eeeeee");
  CHECK(look(wanted, "-5") == "#222222/#dddddd/bold");
  CHECK(look(wanted, "1000.01") == "//bold");
  CHECK(look(wanted, "") == "/#cccccc");
}

TEST_CASE("what is shown as negative is red where the column asks for it", "[data]") {
  Column wanted = ruled(CellFormat::decimal, {{When::below, "-100", "#111111", "", true}});
  wanted.negative = Negative::red;
  wanted.decimals = 2;
  CHECK(look(wanted, "-1") == "#b42318/");
  CHECK(look(wanted, "-0.004") == "plain");
  CHECK(look(wanted, "-0.005") == "#b42318/");
  CHECK(look(wanted, "0") == "plain");
  CHECK(look(wanted, "-101") == "#111111//bold");
  wanted.format = CellFormat::text;
  wanted.styles.clear();
  CHECK(look(wanted, "-1") == "plain");
}

TEST_CASE("a rule's value is read as its column's cells are", "[data]") {
  CHECK(look(ruled(CellFormat::percent, {{When::below, "0.1", "#1", "", false}}), "9.9%") == "#1/");
  CHECK(look(ruled(CellFormat::percent, {{When::above, "10%", "#1", "", false}}), "0.11") == "#1/");
  CHECK(look(ruled(CellFormat::date, {{When::below, "2026-01-01", "#1", "", false}}), "2025-12-31") == "#1/");
  CHECK(look(ruled(CellFormat::boolean, {{When::equal, "no", "#1", "", false}}), "false") == "#1/");
  CHECK(look(ruled(CellFormat::text, {{When::equal, "overdue", "#1", "", false}}), "overdue") == "#1/");
  CHECK(look(ruled(CellFormat::text, {{When::equal, "overdue", "#1", "", false}}), "Overdue") == "plain");
  CHECK(look(ruled(CellFormat::text, {{When::equal, "", "#1", "", false}}), "") == "#1/");
  Column money_column = money("EUR");
  money_column.styles = {{When::below, "0", "#1", "", false}};
  CHECK(look(money_column, "-€5") == "#1/");
  CHECK(
      printed("v;w\n-1,5;x\n", {.columns = {ruled(CellFormat::decimal, {{When::below, "-1.25", "#1", "", false}})}}) ==
      std::vector<Cells>{{"-1,5"}});
}

TEST_CASE("a rule that cannot be compared with its column is refused at its place", "[data]") {
  CHECK(errors_of(ruled(CellFormat::decimal, {{When::empty, "", "#1", "", false}, {When::below, "x", "#1", "", false}}),
                  "v\n1\n") ==
        std::vector<FieldError>{{"/report/sections/0/columns/0/styles/1/when",
                                 "The column 'v' cannot be compared with this: 'x' is not a number."}});
  CHECK(errors_of(ruled(CellFormat::text, {{When::above, "5", "#1", "", false}}), "v\n1\n") ==
        std::vector<FieldError>{{"/report/sections/0/columns/0/styles/0/when",
                                 "The column 'v' does not hold numbers or dates: nothing is below or above."}});
}

TEST_CASE("rules of a column without any value are no mistake", "[data]") {
  Column wanted = column("v");
  wanted.styles = {{When::below, "0", "#1", "", false}};
  CHECK(errors_of(wanted, "v\n").empty());
  CHECK(errors_of(wanted, "v\n\"\"\n").empty());
}
