// What a report says about its charts.
#include "tests/unit/codec/requests.hpp"

using namespace platen;
using namespace platen::codec;
using namespace platen::test;

namespace {

const std::string at = "/report/sections/0";

ChartSection chart_of(const std::string& members) { return section_of<ChartSection>(with_chart(members)); }

std::string repeated(const std::string& element, std::size_t count) {
  std::string list = element;
  for (std::size_t i = 1; i < count; ++i) list += "," + element;
  return "[" + list + "]";
}

}  // namespace

TEST_CASE("a chart of the data has a field along it and measures", "[codec]") {
  const ChartSection chart = chart_of(R"("kind":"line","title":"Sales","alt":"They rise.","x":"month",)"
                                      R"("y":[{"sum":"total","label":"Revenue"},{"count":"*"},{"average":"total"}],)"
                                      R"("limit":12,"legend":false,"height_mm":90)");
  CHECK(chart.kind == ChartSection::Kind::line);
  CHECK(chart.title == "Sales");
  CHECK(chart.alt == "They rise.");
  CHECK(chart.x == "month");
  REQUIRE(chart.measures.size() == 3);
  CHECK(chart.measures[0].aggregate == Aggregate::sum);
  CHECK(chart.measures[0].field == "total");
  CHECK(chart.measures[0].label == "Revenue");
  CHECK(chart.measures[1].aggregate == Aggregate::count);
  CHECK(chart.measures[1].field.empty());
  CHECK(chart.measures[2].aggregate == Aggregate::average);
  CHECK(chart.limit == 12);
  CHECK_FALSE(chart.legend);
  CHECK(chart.height_mm == 90);
  const ChartSection split = chart_of(R"("kind":"stacked","x":"month","y":{"max":"total"},"split_by":"country")");
  CHECK(split.measures.at(0).aggregate == Aggregate::max);
  CHECK(split.split_by == "country");
}

TEST_CASE("a chart of inline values has series, or the values of one", "[codec]") {
  const ChartSection chart =
      chart_of(R"("labels":["Q1","Q2"],"series":[{"label":"2025","values":[1,-2.5]},{"label":"2026","values":[3,4]}])");
  CHECK(chart.labels == std::vector<std::string>{"Q1", "Q2"});
  REQUIRE(chart.series.size() == 2);
  CHECK(chart.series[0].label == "2025");
  CHECK(chart.series[0].values == std::vector<double>{1, -2.5});
  const ChartSection pie = chart_of(R"("kind":"pie","values":[{"label":"A","value":1},{"label":"B","value":0}])");
  CHECK(pie.labels == std::vector<std::string>{"A", "B"});
  REQUIRE(pie.series.size() == 1);
  CHECK(pie.series[0].values == std::vector<double>{1, 0});
}

TEST_CASE("a chart has one source of values", "[codec]") {
  check_misfit(with_chart(R"("kind":"bar")"), at, "needs values");
  check_misfit(with_chart(R"("x":"a")"), at + "/y", "missing");
  check_misfit(with_chart(R"("y":{"sum":"a"})"), at + "/x", "missing");
  check_misfit(with_chart(R"("labels":["a"])"), at + "/series", "missing");
  check_misfit(with_chart(R"("series":[{"values":[1]}])"), at + "/labels", "missing");
  check_misfit(with_chart(R"("x":"a","y":{"sum":"b"},"values":[{"label":"a","value":1}])"), at, "give one of these");
  check_misfit(with_chart(R"("labels":["a"],"series":[{"values":[1]}],"values":[{"label":"a","value":1}])"), at,
               "give one of these");
  check_misfit(with_chart(R"("values":[{"label":"a","value":1}],"limit":3)"), at, "give one of these");
}

TEST_CASE("a measure is one aggregate of one field", "[codec]") {
  const auto with_y = [](const std::string& y) { return with_chart(R"("x":"a","y":)" + y); };
  check_misfit(with_y("{}"), at + "/y", "exactly one");
  check_misfit(with_y(R"({"sum":"a","max":"b"})"), at + "/y", "exactly one");
  check_misfit(with_y(R"([{"sum":"a"},{"label":"b"}])"), at + "/y/1", "exactly one");
  check_misfit(with_y(R"({"sum":"*"})"), at + "/y/sum", "Only 'count'");
  check_misfit(with_y(R"({"sum":1})"), at + "/y/sum", "must be a text");
  check_misfit(with_y(R"("total")"), at + "/y", "must be an object, not a text");
  check_misfit(with_y("[]"), at + "/y", "empty");
  check_misfit(with_y(repeated(R"({"sum":"a"})", 13)), at + "/y", "at most 12");
  check_misfit(with_chart(R"("x":"a","y":[{"sum":"a"},{"sum":"b"}],"split_by":"c")"), at + "/split_by", "one measure");
}

TEST_CASE("inline values are finite numbers, one for each label", "[codec]") {
  const auto with_series = [](const std::string& series) {
    return with_chart(R"("labels":["a","b"],"series":)" + series);
  };
  check_misfit(with_series(R"([{"values":[1]}])"), at + "/series/0/values", "1 values, but there are 2 labels");
  check_misfit(with_series(R"([{"values":[1,"2"]}])"), at + "/series/0/values/1", "must be a number");
  check_misfit(with_series(R"([{"values":[1,null]}])"), at + "/series/0/values/1", "not null");
  check_misfit(with_series(R"([{"values":[1,1e16]}])"), at + "/series/0/values/1", "1e+15");
  check_misfit(with_series(R"([{"label":"x"}])"), at + "/series/0/values", "missing");
  check_misfit(with_series(R"([{"label":"x","values":[1,2]},{"values":[1,2]}])"), at + "/series/1/label", "told apart");
  check_misfit(with_series("[]"), at + "/series", "empty");
  check_misfit(with_series(repeated(R"({"label":"x","values":[1,2]})", 13)), at + "/series", "at most 12");
  check_misfit(with_chart(R"("labels":["a",7],"series":[{"values":[1,2]}])"), at + "/labels/1", "must be a text");
  check_misfit(with_chart(R"("values":[{"label":"a"}])"), at + "/values/0/value", "missing");
  check_misfit(with_chart(R"("values":[{"value":1}])"), at + "/values/0/label", "missing");
  check_misfit(with_chart(R"("values":[])"), at + "/values", "empty");
  CHECK(chart_of(R"("values":)" + repeated(R"({"label":"a","value":1})", 100)).labels.size() == 100);
  check_misfit(with_chart(R"("values":)" + repeated(R"({"label":"a","value":1})", 101)), at + "/values", "at most 100");
}

TEST_CASE("a pie has one series of parts", "[codec]") {
  check_misfit(with_chart(R"("kind":"pie","values":[{"label":"a","value":-1}])"), at + "/values/0/value", "negative");
  check_misfit(with_chart(R"("kind":"pie","x":"a","y":{"sum":"b"},"split_by":"c")"), at + "/split_by", "one series");
  check_misfit(with_chart(R"("kind":"pie","x":"a","y":[{"sum":"b"},{"sum":"c"}])"), at + "/y", "one series");
  check_misfit(
      with_chart(R"("kind":"pie","labels":["a"],"series":[{"label":"x","values":[1]},{"label":"y","values":[2]}])"),
      at + "/series", "one series");
}

TEST_CASE("a chart's size and number of labels are bounded", "[codec]") {
  const std::string data = R"("x":"a","y":{"count":"*"},)";
  check_misfit(with_chart(data + R"("limit":0)"), at + "/limit", "1 to 100");
  check_misfit(with_chart(data + R"("height_mm":29)"), at + "/height_mm", "30 to 250 mm");
  check_misfit(with_chart(data + R"("kind":"donut")"), at + "/kind", "'pie'");
}
