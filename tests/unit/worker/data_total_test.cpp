// Totals: exact in any order, over any parts.
#include <algorithm>
#include <random>

#include "tests/unit/worker/data_support.hpp"
#include "worker/data/exact_sum.hpp"
#include "worker/data/number_style.hpp"
#include "worker/data/total.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

Value number(std::string_view text) {
  Value value;
  value.kind = Value::Kind::number;
  value.number = Decimal::parse(text).value();
  return value;
}

Value date(std::string_view text) {
  Value value;
  value.kind = Value::Kind::moment;
  value.moment = parse_moment(text, DateInput::iso).value();
  return value;
}

std::string shown(const Total& total, const ColumnPlan& plan) {
  std::string text;
  const auto told = total.append_to(text, plan);
  return told ? text : told.error().detail;
}

ColumnPlan plan_of(CellFormat format, unsigned decimals = 0) {
  ColumnPlan plan;
  plan.name = "v";
  plan.format = format;
  plan.style.decimals = decimals;
  return plan;
}

}  // namespace

TEST_CASE("a sum may pass through more than 38 digits on its way", "[data]") {
  const std::string most(38, '9');
  ExactSum sum;
  for (const std::string& text : {most, most, "0." + most, "-" + most, "-0." + most, "-" + most})
    sum.add(Decimal::parse(text).value());
  REQUIRE(sum.value());
  CHECK(*sum.value() == Decimal());
  CHECK(sum.value()->scale() == 38);
  ExactSum over;
  over.add(Decimal::parse(most).value());
  CHECK(over.value());
  over.add(Decimal(1, 0));
  CHECK_FALSE(over.value());
  over.add(Decimal(-1, 0));
  CHECK(over.value());
}

TEST_CASE("parts merge to the total of the whole, in any order", "[data]") {
  std::mt19937_64 random(7);
  const auto aggregate = GENERATE(Aggregate::sum, Aggregate::average, Aggregate::count, Aggregate::min, Aggregate::max);
  const ColumnPlan plan = plan_of(CellFormat::decimal, 4);
  for (int round = 0; round < 300; ++round) {
    std::vector<Value> values(random() % 20);
    for (Value& value : values) {
      if (random() % 5 == 0) continue;  // empty
      value.kind = Value::Kind::number;
      value.number =
          Decimal(static_cast<Int128>(random()) * (random() % 2 ? 1 : -1), static_cast<unsigned>(random() % 20));
    }
    Total whole(aggregate);
    for (const Value& value : values) whole.add(value);
    std::shuffle(values.begin(), values.end(), random);
    std::vector<Total> parts(1 + random() % 4, Total(aggregate));
    for (const Value& value : values) parts[random() % parts.size()].add(value);
    Total merged(aggregate);
    for (const Total& part : parts) merged.merge(part);
    REQUIRE(shown(merged, plan) == shown(whole, plan));
    REQUIRE(merged.count() == whole.count());
  }
}

TEST_CASE("the sum of whole numbers is that of integers of 128 bits", "[data]") {
  std::mt19937_64 random(8);
  for (int round = 0; round < 1000; ++round) {
    ExactSum sum;
    Int128 expected = 0;
    for (int count = 0; count < 30; ++count) {
      const auto cents = static_cast<std::int64_t>(random()) / 1000;
      const unsigned scale = static_cast<unsigned>(random() % 3);
      sum.add(Decimal(cents, scale));
      expected += static_cast<Int128>(cents) * (scale == 0 ? 100 : scale == 1 ? 10 : 1);
    }
    REQUIRE(*sum.value() == Decimal(expected, 2));
  }
}

TEST_CASE("which of two equal instants is shown does not depend on the order", "[data]") {
  const ColumnPlan plan = plan_of(CellFormat::datetime);
  const Value here = date("2026-01-01T02:00+02:00");
  const Value there = date("2026-01-01T00:00Z");
  for (const auto aggregate : {Aggregate::min, Aggregate::max}) {
    Total one(aggregate);
    one.add(here);
    one.add(there);
    Total other(aggregate);
    other.add(there);
    other.add(here);
    CHECK(shown(one, plan) == shown(other, plan));
  }
}

TEST_CASE("an overflowing total names its column", "[data]") {
  const std::string most(38, '9');
  const auto aggregate = GENERATE(Aggregate::sum, Aggregate::average);
  Total total(aggregate);
  total.add(number(most));
  total.add(number("1"));
  CHECK(shown(total, plan_of(CellFormat::decimal)) == "The sum of the column 'v' has more than 38 digits.");
}

TEST_CASE("a count has no currency", "[data]") {
  ColumnPlan plan = plan_of(CellFormat::currency, 2);
  plan.style.prefix = "€";
  Total total(Aggregate::count);
  for (int count = 0; count < 1234; ++count) total.add(number("1"));
  CHECK(shown(total, plan) == "1,234");
}

TEST_CASE("a group's column is planned as the table shows it, or as it would", "[data]") {
  const Planned planned = plan_table("day,n\n2026-03-04,1\n");
  Column shown_column = column("day", CellFormat::date);
  shown_column.date_style = DateStyle::medium;
  const auto group_of = [&](TableSection table, std::string field) {
    table.group_by = std::move(field);
    return plan_group(table, planned.source->columns(), planned.survey, {}, "/report/sections/3");
  };
  CHECK(group_of({.columns = {column("n"), shown_column}}, "day")->dates.style == DateStyle::medium);
  CHECK(group_of({.columns = {column("n")}}, "day")->format == CellFormat::date);
  CHECK(group_of({.columns = {column("n")}}, "day")->field == 0);
  const auto missing = group_of({}, "dya");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().fields ==
        std::vector<FieldError>{{"/report/sections/3/group_by", "The data has no field 'dya'. Did you mean 'day'?"}});
}
