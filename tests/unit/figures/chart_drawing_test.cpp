// Charts as they are drawn.
#include "worker/figures/chart_drawing.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/figures/support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::test;

namespace {

using Kind = ChartSection::Kind;

const std::string font = "DejaVu Sans";

ChartSection section(Kind kind, std::string title) {
  ChartSection chart;
  chart.kind = kind;
  chart.title = std::move(title);
  return chart;
}

ChartData two_series() {
  ChartData data;
  data.labels = {"Zürich", "Αθήνα", "Москва", "東京", "القاهرة", "תל אביב"};
  data.series = {{"Revenue", {120, 80, 95, 210, 60, 90}}, {"Cost", {70, 60, 45, 130, 66, 50}}};
  return data;
}

Figure drawn(const ChartSection& chart, const ChartData& data, FigureText& text) {
  const Style style = style_of(ReportSpec{}).value();
  auto figure = draw_chart(text, chart, data, {style, font, 480});
  if (!figure) FAIL(figure.error().detail);
  return *figure;
}

Figure drawn(const ChartSection& chart, const ChartData& data) {
  FigureText text;
  return drawn(chart, data, text);
}

/// How many of a page's points are near a colour.
std::size_t count_of(const Pictured& page, std::array<int, 3> colour) {
  std::size_t count = 0;
  for (int y = 0; y < page.height; ++y) {
    for (int x = 0; x < page.width; ++x) {
      const auto seen = page.at((x + 0.5) / page.width, (y + 0.5) / page.height);
      int distance = 0;
      for (std::size_t i = 0; i < 3; ++i) distance += std::abs(seen[i] - colour[i]);
      if (distance < 12) ++count;
    }
  }
  return count;
}

constexpr std::array<int, 3> accent = {0x1f, 0x6f, 0xeb};

}  // namespace

TEST_CASE("every text of a chart can be read out of the report", "[chart]") {
  const TempDir folder;
  for (const Kind kind : {Kind::bar, Kind::line, Kind::stacked}) {
    const Figure figure = drawn(section(kind, "Sales by city"), two_series());
    const Pictured page = pictured(folder, "chart", report_with(figure));
    CHECK(page.faults == "");
    for (const char* text :
         {"Sales by city", "Revenue", "Cost", "Zürich", "Αθήνα", "Москва", "東京", "القاهرة", "תל אביב", "100"})
      CHECK(page.text.find(text) != std::string::npos);
    CHECK(figure.width_pt == 480);
    CHECK(figure.height_pt == Approx(70 / 25.4 * 72));
  }
}

TEST_CASE("the first series has the accent's colour", "[chart]") {
  const TempDir folder;
  ChartData one = two_series();
  one.series.resize(1);
  const std::size_t small = count_of(pictured(folder, "one", drawn(section(Kind::bar, ""), one).pdf), accent);
  for (auto& value : one.series[0].values) value = 210;
  const std::size_t large = count_of(pictured(folder, "two", drawn(section(Kind::bar, ""), one).pdf), accent);
  CHECK(small > 5000);
  CHECK(large > small * 3 / 2);
}

TEST_CASE("a pie says what its slices are, beside it or around it", "[chart]") {
  const TempDir folder;
  ChartData data = two_series();
  data.series.resize(1);
  for (const bool legend : {true, false}) {
    ChartSection chart = section(Kind::pie, "Shares");
    chart.legend = legend;
    const Pictured page = pictured(folder, "pie", report_with(drawn(chart, data)));
    CHECK(page.faults == "");
    for (const char* text : {"Shares", "Zürich", "東京", "القاهرة", "תל אביב", "18.3%", "32.1%"})
      CHECK(page.text.find(text) != std::string::npos);
    CHECK(count_of(page, accent) > 2000);
  }
}

TEST_CASE("a pie of a value below zero is refused with its name", "[chart]") {
  ChartData data = two_series();
  data.series[0].values[1] = -1;
  FigureText text;
  const Style style = style_of(ReportSpec{}).value();
  const auto refused = draw_chart(text, section(Kind::pie, ""), data, {style, font, 480});
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::bad_data);
  CHECK(refused.error().detail.find("'Αθήνα'") != std::string::npos);
}

TEST_CASE("a chart without data is drawn all the same", "[chart]") {
  const TempDir folder;
  const Pictured page = pictured(folder, "empty", drawn(section(Kind::line, "Sales"), ChartData{}).pdf);
  CHECK(page.faults == "");
  CHECK(page.text.find("No data") != std::string::npos);
  CHECK(page.text.find("Sales") != std::string::npos);
}

TEST_CASE("characters that no font has are counted", "[chart]") {
  ChartData data = two_series();
  CHECK(drawn(section(Kind::bar, "Sales"), data).missing_glyphs == 0);
  data.labels[0] = "a \U0010FFF0";
  data.labels[4] = "שלום \U0010FFF0";
  CHECK(drawn(section(Kind::bar, "Sales"), data).missing_glyphs == 2);
}

TEST_CASE("a chart is the same to the byte each time", "[chart]") {
  FigureText text;
  const Figure first = drawn(section(Kind::bar, "Sales"), two_series(), text);
  (void)drawn(section(Kind::pie, "Other"), two_series(), text);
  CHECK(first.pdf == drawn(section(Kind::bar, "Sales"), two_series(), text).pdf);
  CHECK(first.pdf == drawn(section(Kind::bar, "Sales"), two_series()).pdf);
}
