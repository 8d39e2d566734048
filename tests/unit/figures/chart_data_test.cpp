// Charts put together from rows.
#include "worker/figures/chart_data.hpp"

#include <fmt/format.h>

#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::worker;

namespace {

ColumnPlan plan(std::size_t field, std::string name, CellFormat format) {
  ColumnPlan column;
  column.field = field;
  column.name = column.label = std::move(name);
  column.format = format;
  column.style.decimals = format == CellFormat::decimal ? 2 : 0;
  return column;
}

ChartSection section(ChartSection::Kind kind, std::vector<ChartSection::Measure> measures, std::uint32_t limit = 20) {
  ChartSection chart;
  chart.kind = kind;
  chart.x = "x";
  chart.measures = std::move(measures);
  chart.limit = limit;
  return chart;
}

const ChartSection::Measure sum_of_total{Aggregate::sum, "total", ""};

/// A chart of `x` and `total`, and perhaps a third field to split by.
struct Collected {
  ChartCollector collector;
  std::uint64_t rows = 0;

  explicit Collected(const ChartSection& chart, CellFormat x = CellFormat::text)
      : collector(chart, plans(chart, x), "/report/sections/2") {}

  static std::vector<ColumnPlan> plans(const ChartSection& chart, CellFormat x) {
    std::vector<ColumnPlan> made = {plan(0, "x", x)};
    if (!chart.split_by.empty()) made.push_back(plan(2, chart.split_by, CellFormat::text));
    for (const auto& measure : chart.measures)
      if (!measure.field.empty()) made.push_back(plan(1, measure.field, CellFormat::decimal));
    return made;
  }

  [[nodiscard]] Result<void> add(std::string_view x, std::string_view total, std::string_view split = {}) {
    Row row;
    row.number = row.line = ++rows;
    row.cells = {x, total, split};
    return collector.add(row);
  }
};

using Labels = std::vector<std::string>;
using Values = std::vector<std::optional<double>>;

}  // namespace

TEST_CASE("rows are added up for each x, in the order in which it first came", "[chart]") {
  Collected chart(section(ChartSection::Kind::bar, {sum_of_total}));
  for (const auto& [x, total] :
       {std::pair("FR", "0.10"), std::pair("DE", "5"), std::pair("FR", "0.20"), std::pair("", "7")})
    REQUIRE(chart.add(x, total));
  const ChartData data = chart.collector.data().value();
  CHECK(data.labels == Labels{"FR", "DE", "—"});
  REQUIRE(data.series.size() == 1);
  CHECK(data.series[0].label == "total");
  CHECK(data.series[0].values == Values{0.3, 5.0, 7.0});  // 0.3, not 0.30000000000000004
  CHECK(!data.is_ordered);
  CHECK(data.numbers.decimals == 2);
}

TEST_CASE("each measure is a series: what it aggregates is what it shows", "[chart]") {
  Collected chart(section(ChartSection::Kind::line, {sum_of_total,
                                                     {Aggregate::average, "total", ""},
                                                     {Aggregate::count, "", "Orders"},
                                                     {Aggregate::count, "total", ""},
                                                     {Aggregate::min, "total", ""},
                                                     {Aggregate::max, "total", "Best"}}));
  for (const char* total : {"1", "-4", "", "9"}) REQUIRE(chart.add("a", total));
  REQUIRE(chart.add("b", ""));
  const ChartData data = chart.collector.data().value();
  Labels labels;
  for (const auto& series : data.series) labels.push_back(series.label);
  CHECK(labels == Labels{"total", "Average total", "Orders", "Count of total", "Smallest total", "Best"});
  CHECK(data.series[0].values == Values{6, 0});
  CHECK(data.series[1].values == Values{2, std::nullopt});
  CHECK(data.series[2].values == Values{4, 1});
  CHECK(data.series[3].values == Values{3, 0});
  CHECK(data.series[4].values == Values{-4, std::nullopt});
  CHECK(data.series[5].values == Values{9, std::nullopt});
}

TEST_CASE("numbers and dates stand in their order", "[chart]") {
  Collected numbers(section(ChartSection::Kind::bar, {sum_of_total}), CellFormat::integer);
  for (const char* x : {"10", "9", "-2", "100"}) REQUIRE(numbers.add(x, "1"));
  CHECK(numbers.collector.data()->labels == Labels{"-2", "9", "10", "100"});
  CHECK(numbers.collector.data()->is_ordered);
  Collected dates(section(ChartSection::Kind::bar, {sum_of_total}), CellFormat::date);
  for (const char* x : {"2026-03-01", "2025-12-31", "", "2026-03-01"}) REQUIRE(dates.add(x, "1"));
  CHECK(dates.collector.data()->labels == Labels{"2025-12-31", "2026-03-01", "—"});
  CHECK(dates.collector.data()->series[0].values == Values{1, 2, 1});
}

TEST_CASE("the largest stay and the rest is one", "[chart]") {
  Collected chart(section(ChartSection::Kind::bar, {sum_of_total}, 2));
  for (const auto& [x, total] : {std::pair("a", "1"), std::pair("b", "-30"), std::pair("c", "2"), std::pair("d", "20")})
    REQUIRE(chart.add(x, total));
  const ChartData data = chart.collector.data().value();
  CHECK(data.labels == Labels{"b", "d", "Other"});
  CHECK(data.series[0].values == Values{-30, 20, 3});
  CHECK(data.has_rest_of_labels);
}

TEST_CASE("the rest has a name of its own", "[chart]") {
  Collected chart(section(ChartSection::Kind::bar, {sum_of_total}, 1));
  REQUIRE(chart.add("Other", "5"));
  REQUIRE(chart.add("a", "1"));
  CHECK(chart.collector.data()->labels == Labels{"Other", "All others"});
}

TEST_CASE("in a pie the largest comes first and the rest last", "[chart]") {
  Collected chart(section(ChartSection::Kind::pie, {sum_of_total}, 2));
  for (const auto& [x, total] : {std::pair("a", "1"), std::pair("b", "3"), std::pair("c", "9"), std::pair("d", "7")})
    REQUIRE(chart.add(x, total));
  CHECK(chart.collector.data()->labels == Labels{"c", "d", "Other"});
}

TEST_CASE("too many days become months, quarters, years, and nothing is lost", "[chart]") {
  const auto labels = [](int years, std::uint32_t limit) {
    Collected chart(section(ChartSection::Kind::line, {{Aggregate::count, "", "n"}}, limit), CellFormat::date);
    int rows = 0;
    for (int year = 0; year < years; ++year)
      for (int month = 1; month <= 12; ++month)
        for (int day = 1; day <= 28; day += 9, ++rows)
          REQUIRE(chart.add(fmt::format("{}-{:02}-{:02}", 2020 + year, month, day), ""));
    const ChartData data = chart.collector.data().value();
    double sum = 0;
    for (const auto& value : data.series[0].values) sum += value.value_or(0);
    CHECK(sum == rows);
    return data.labels;
  };
  CHECK(labels(1, 12).front() == "2020-01");
  CHECK(labels(1, 12).back() == "2020-12");
  CHECK(labels(1, 11) == Labels{"2020 Q1", "2020 Q2", "2020 Q3", "2020 Q4"});
  CHECK(labels(3, 5) == Labels{"2020", "2021", "2022"});
  CHECK(labels(1, 100).size() == 48);
}

TEST_CASE("a field's values make series, and one without rows is zero", "[chart]") {
  ChartSection asked = section(ChartSection::Kind::stacked, {sum_of_total});
  asked.split_by = "channel";
  Collected chart(asked);
  REQUIRE(chart.add("Jan", "5", "Web"));
  REQUIRE(chart.add("Feb", "6", "Shop"));
  REQUIRE(chart.add("Feb", "1", "Web"));
  const ChartData data = chart.collector.data().value();
  CHECK(data.labels == Labels{"Jan", "Feb"});
  REQUIRE(data.series.size() == 2);
  CHECK(data.series[0].label == "Web");
  CHECK(data.series[0].values == Values{5, 1});
  CHECK(data.series[1].values == Values{0, 6});
}

TEST_CASE("more series than can be told apart are put together", "[chart]") {
  ChartSection asked = section(ChartSection::Kind::stacked, {sum_of_total});
  asked.split_by = "channel";
  Collected chart(asked);
  for (int i = 0; i < 30; ++i) REQUIRE(chart.add("Jan", std::to_string(100 - i), fmt::format("s{}", i)));
  const ChartData data = chart.collector.data().value();
  REQUIRE(data.series.size() == max_series_shown + 1);
  CHECK(data.has_rest_of_series);
  CHECK(data.series.front().label == "s0");
  CHECK(data.series.back().label == "Other");
  double sum = 0;
  for (const auto& series : data.series) sum += series.values[0].value_or(0);
  CHECK(sum == 30 * 100 - 29 * 30 / 2);
}

TEST_CASE("a cell that is no number names its row, and nothing of the row counts", "[chart]") {
  Collected chart(section(ChartSection::Kind::bar, {sum_of_total}));
  REQUIRE(chart.add("a", "1"));
  const auto refused = chart.add("b", "abc");
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::bad_data);
  CHECK(refused.error().detail == "Row 2 (line 2), column 'total': 'abc' is not a number.");
  CHECK(chart.collector.data()->labels == Labels{"a"});
}

TEST_CASE("a sum that would lose digits is refused", "[chart]") {
  Collected chart(section(ChartSection::Kind::bar, {sum_of_total}));
  const std::string large(38, '9');
  REQUIRE(chart.add("a", large));
  REQUIRE(chart.add("a", large));
  const auto refused = chart.collector.data();
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::bad_data);
  REQUIRE(chart.add("a", "-" + large));  // and told where it fits again
  CHECK(chart.collector.data());
}

TEST_CASE("collectors of parts of the rows, merged, are one of all rows", "[chart]") {
  for (const auto format : {CellFormat::text, CellFormat::datetime}) {
    ChartSection asked = section(ChartSection::Kind::stacked, {sum_of_total}, 30);
    asked.split_by = "channel";
    Collected whole(asked, format);
    Collected first(asked, format);
    Collected second(asked, format);
    const int rows = format == CellFormat::datetime ? 30'000 : 3000;
    for (int i = 0; i < rows; ++i) {
      const std::string x = format == CellFormat::text
                                ? fmt::format("key {}", i * 7 % 100)
                                : fmt::format("2026-03-{:02}T{:02}:{:02}", 1 + i / 1440, i / 60 % 24, i % 60);
      const std::string total = fmt::format("{}.{:02}", i % 40 - 15, i % 100);
      const std::string channel = fmt::format("channel {}", i / 50 % 3);
      REQUIRE(whole.add(x, total, channel));
      REQUIRE((i < rows / 3 ? first : second).add(x, total, channel));  // only the second has more moments than it may
    }
    REQUIRE(first.collector.merge(second.collector));
    const ChartData expected = whole.collector.data().value();
    const ChartData merged = first.collector.data().value();
    CHECK(merged.labels == expected.labels);
    REQUIRE(merged.series.size() == expected.series.size());
    for (std::size_t i = 0; i < merged.series.size(); ++i) {
      CHECK(merged.series[i].label == expected.series[i].label);
      CHECK(merged.series[i].values == expected.series[i].values);
    }
  }
}

TEST_CASE("a field with a value for each row is no axis", "[chart]") {
  Collected chart(section(ChartSection::Kind::bar, {sum_of_total}));
  Result<void> added;
  for (std::size_t i = 0; i <= max_chart_keys && added; ++i) added = chart.add(fmt::format("order {}", i), "1");
  REQUIRE(!added);
  CHECK(added.error().code == Errc::invalid_report);
  REQUIRE(added.error().fields.size() == 1);
  CHECK(added.error().fields[0].pointer == "/report/sections/2/x");
  CHECK(chart.rows == max_chart_keys + 1);
}

TEST_CASE("a moment for each row is put into hours and days instead", "[chart]") {
  Collected chart(section(ChartSection::Kind::line, {sum_of_total}), CellFormat::datetime);
  for (int i = 0; i < 30'000; ++i)  // a minute each: three weeks
    REQUIRE(chart.add(fmt::format("2026-03-{:02}T{:02}:{:02}:00", 1 + i / 1440, i / 60 % 24, i % 60), "1"));
  const ChartData data = chart.collector.data().value();
  CHECK(data.labels.front() == "2026-03");  // 21 days are more than the limit of 20
  CHECK(data.series[0].values == Values{30'000});
}

TEST_CASE("the request's own numbers are taken as they are", "[chart]") {
  ChartSection chart;
  chart.labels = {"a", "b"};
  chart.series = {{"first", {1, 2.25}}, {"second", {-3, 4}}};
  const ChartData data = inline_chart(chart, NumberStyle{});
  CHECK(data.labels == chart.labels);
  CHECK(data.numbers.decimals == 2);
  CHECK(data.series[1].values == Values{-3, 4});
}

namespace {

struct Planned {
  std::vector<std::string> names = {"country", "total", "channel"};
  Survey survey{std::nullopt};
  Locale locale;
  Planned() {
    Row row;
    row.cells = {"DE", "€5.50", "Web"};
    survey.add(row);
  }
  [[nodiscard]] Result<std::vector<ColumnPlan>> plan(const ChartSection& chart, const ReportSpec& report) const {
    return plan_chart(chart, report, {names, survey, locale}, "/report/sections/2");
  }
};

}  // namespace

TEST_CASE("a chart reads a field as the table beside it does", "[chart]") {
  ReportSpec report;
  TableSection table;
  table.columns.resize(1);
  table.columns[0].field = "total";
  table.columns[0].format = CellFormat::currency;
  table.columns[0].currency = "EUR";
  ChartSection chart = section(ChartSection::Kind::bar, {{Aggregate::count, "", ""}, sum_of_total});
  chart.x = "country";
  const Planned data;
  const auto alone = data.plan(chart, report);
  REQUIRE(!alone);  // by itself, €5.50 is a text
  CHECK(alone.error().code == Errc::invalid_report);
  CHECK(alone.error().fields.at(0).pointer == "/report/sections/2/y");
  report.sections = {table};
  const auto plans = data.plan(chart, report);
  REQUIRE(plans);
  REQUIRE(plans->size() == 2);
  CHECK((*plans)[0].name == "country");
  CHECK((*plans)[1].format == CellFormat::currency);
}

TEST_CASE("a field that the data does not have is named where the chart names it", "[chart]") {
  ChartSection chart = section(ChartSection::Kind::bar, {{Aggregate::sum, "totl", ""}});
  chart.x = "countri";
  chart.split_by = "chanel";
  const auto refused = Planned().plan(chart, {});
  REQUIRE(!refused);
  REQUIRE(refused.error().fields.size() == 3);
  CHECK(refused.error().fields[0].pointer == "/report/sections/2/x");
  CHECK(refused.error().fields[1].pointer == "/report/sections/2/split_by");
  CHECK(refused.error().fields[2].pointer == "/report/sections/2/y");
  CHECK(refused.error().fields[2].detail.find("total") != std::string::npos);
}
