// Where things stand in charts.
#include "worker/figures/chart_layout.hpp"

#include <fmt/format.h>

#include <cmath>
#include <random>

#include "tests/support/catch.hpp"
#include "worker/figures/chart_axis.hpp"
#include "worker/figures/chart_colours.hpp"

using namespace platen;
using namespace platen::worker;

namespace {

using Kind = ChartSection::Kind;

/// About as wide as real letters; the same everywhere.
double ruler(std::string_view text, double size_pt, TextWeight weight) {
  double width = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80) width += c == 'i' || c == ' ' ? 0.32 : 0.61;
  return width * size_pt * (weight == TextWeight::bold ? 1.1 : 1);
}

/// Whether two convex shapes have a common inner point (separating axes).
bool overlap(const std::array<Point, 4>& left, const std::array<Point, 4>& right) {
  for (const auto* shape : {&left, &right}) {
    for (std::size_t i = 0; i < 4; ++i) {
      const Point& from = (*shape)[i];
      const Point& to = (*shape)[(i + 1) % 4];
      const Point normal{from.y - to.y, to.x - from.x};
      const auto extent = [&](const std::array<Point, 4>& points) {
        std::pair<double, double> range{1e300, -1e300};
        for (const Point& point : points) {
          const double along = point.x * normal.x + point.y * normal.y;
          range = {std::min(range.first, along), std::max(range.second, along)};
        }
        return range;
      };
      const auto first = extent(left);
      const auto second = extent(right);
      const double slack = 1e-6 * std::hypot(normal.x, normal.y);
      if (first.second <= second.first + slack || second.second <= first.first + slack) return false;
    }
  }
  return true;
}

/// What is wrong with a layout's texts; empty when each has its own room within the chart.
std::string faults(const ChartLayout& layout) {
  for (std::size_t i = 0; i < layout.labels.size(); ++i) {
    const auto corners = layout.labels[i].corners();
    for (const Point& corner : corners)
      if (corner.x < -0.01 || corner.x > layout.width + 0.01 || corner.y < -0.01 || corner.y > layout.height + 0.01)
        return fmt::format("'{}' reaches out of the chart to {}, {}", layout.labels[i].text, corner.x, corner.y);
    for (std::size_t j = 0; j < i; ++j)
      if (overlap(corners, layout.labels[j].corners()))
        return fmt::format("'{}' lies on '{}'", layout.labels[i].text, layout.labels[j].text);
  }
  for (const BarMark& bar : layout.bars)
    if (bar.box.height < 0 || bar.box.y < layout.plot.y - 0.01 || bar.box.bottom() > layout.plot.bottom() + 0.01)
      return fmt::format("a bar from {} to {} leaves the plot", bar.box.y, bar.box.bottom());
  return {};
}

struct Asked {
  ChartSection chart;
  ChartData data;
  ChartRoom room;
  [[nodiscard]] ChartLayout layout() const {
    Metrics metrics;
    return layout_chart(chart, data, room, metrics, ruler);
  }
};

std::string random_text(std::mt19937& random, std::size_t most) {
  std::string text;
  const std::size_t size = 1 + random() % most;
  while (text.size() < size) {
    static const std::vector<std::string> parts = {"a", "b", "ill", " ", "W", "ü", "日", "-", "Office", " chair"};
    text += parts[random() % parts.size()];
  }
  return text;
}

Asked random_chart(std::mt19937& random) {
  Asked asked;
  asked.chart.kind = static_cast<Kind>(random() % 4);
  asked.chart.legend = random() % 4 != 0;
  if (random() % 3 != 0) asked.chart.title = random_text(random, 120);
  asked.room = {120.0 + random() % 900, 85.0 + random() % 600};
  asked.data.is_ordered = random() % 2 == 0;
  asked.data.numbers.decimals = random() % 3;
  if (random() % 4 == 0) asked.data.numbers.prefix = "€";
  const std::size_t count = random() % 3 == 0 ? random() % 101 : random() % 15;
  const std::size_t longest = 1 + random() % 60;
  for (std::size_t i = 0; i < count; ++i) asked.data.labels.push_back(random_text(random, longest));
  const std::size_t series = asked.chart.kind == Kind::pie ? 1 : 1 + random() % (random() % 3 == 0 ? 12 : 3);
  const double magnitude = std::pow(10.0, static_cast<double>(random() % 30) - 10);
  const bool negative = asked.chart.kind != Kind::pie && random() % 2 == 0;
  for (std::size_t i = 0; i < series; ++i) {
    ChartData::Series made{random_text(random, 40)};
    for (std::size_t x = 0; x < count; ++x) {
      std::optional<double> value = magnitude * static_cast<double>(random() % 1000) / 500;
      if (negative) *value -= magnitude;
      if (random() % 20 == 0) value.reset();
      if (random() % 20 == 0) value = 0;
      made.values.push_back(value);
    }
    asked.data.series.push_back(std::move(made));
  }
  return asked;
}

Asked simple(Kind kind, std::vector<std::string> labels, std::vector<std::optional<double>> values) {
  Asked asked;
  asked.chart.kind = kind;
  asked.data.labels = std::move(labels);
  asked.data.series = {{"Total", std::move(values)}};
  asked.room = {480, 200};
  return asked;
}

bool has_text(const ChartLayout& layout, std::string_view text) {
  return std::any_of(layout.labels.begin(), layout.labels.end(),
                     [&](const ChartLabel& label) { return label.text == text; });
}

}  // namespace

TEST_CASE("whatever a chart shows, no text lies on another or out of the chart", "[chart]") {
  std::mt19937 random(20260301);  // NOLINT: the same charts every time
  std::size_t bars = 0;
  std::size_t turned = 0;
  std::size_t slices = 0;
  for (int i = 0; i < 5000; ++i) {
    const Asked asked = random_chart(random);
    const ChartLayout layout = asked.layout();
    INFO("chart " << i << ": kind " << static_cast<int>(asked.chart.kind) << ", " << asked.data.labels.size() << " × "
                  << asked.data.series.size() << ", " << asked.room.width << " × " << asked.room.height);
    REQUIRE(faults(layout) == "");
    bars += layout.bars.size();
    slices += layout.slices.size();
    for (const ChartLabel& label : layout.labels) turned += label.turn != 0 ? 1 : 0;
  }
  CHECK(bars > 10'000);  // the property is not held by showing nothing
  CHECK(slices > 2000);
  CHECK(turned > 2000);
}

TEST_CASE("bars stand on zero, as long as their values", "[chart]") {
  const ChartLayout layout = simple(Kind::bar, {"a", "b", "c"}, {10, -5, 20}).layout();
  REQUIRE(layout.bars.size() == 3);
  CHECK(layout.bars[2].box.height == Approx(2 * layout.bars[0].box.height));
  CHECK(layout.bars[1].box.height == Approx(layout.bars[0].box.height / 2));
  CHECK(layout.bars[0].box.bottom() == Approx(layout.bars[1].box.y));
  REQUIRE(layout.axes.size() == 1);
  CHECK(layout.axes[0].from.y == Approx(layout.bars[1].box.y));
  for (const char* value : {"10", "-5", "20", "a", "b", "c"}) CHECK(has_text(layout, value));
}

TEST_CASE("a stack's parts lie on one another, those below zero under it", "[chart]") {
  Asked asked = simple(Kind::stacked, {"a"}, {10});
  asked.data.series.push_back({"Second", {-4}});
  asked.data.series.push_back({"Third", {6}});
  const ChartLayout layout = asked.layout();
  REQUIRE(layout.bars.size() == 3);
  CHECK(layout.bars[2].box.bottom() == Approx(layout.bars[0].box.y));
  CHECK(layout.bars[1].box.y == Approx(layout.bars[0].box.bottom()));
  CHECK(layout.bars[2].box.height == Approx(0.6 * layout.bars[0].box.height));
}

TEST_CASE("a gap in the data is a gap in the line", "[chart]") {
  const ChartLayout layout = simple(Kind::line, {"a", "b", "c", "d"}, {1, 2, std::nullopt, 4}).layout();
  REQUIRE(layout.lines.size() == 1);
  REQUIRE(layout.lines[0].runs.size() == 2);
  CHECK(layout.lines[0].runs[0].size() == 2);
  CHECK(layout.lines[0].runs[1].size() == 1);
}

TEST_CASE("a pie's slices are as large as their shares and fill it", "[chart]") {
  const ChartLayout layout = simple(Kind::pie, {"a", "b", "none", "c"}, {10, 30, 0, 60}).layout();
  REQUIRE(layout.slices.size() == 3);
  CHECK(layout.slices[0].from == 0);
  CHECK(layout.slices[2].to == Approx(2 * 3.14159265358979));
  CHECK(layout.slices[1].to - layout.slices[1].from == Approx(3 * layout.slices[0].to));
  for (const char* text : {"10.0%", "30.0%", "60.0%", "a", "b", "c"}) CHECK(has_text(layout, text));
  CHECK(!has_text(layout, "none"));
}

TEST_CASE("a chart of nothing says so, and zeros are something", "[chart]") {
  for (const Kind kind : {Kind::bar, Kind::line, Kind::pie, Kind::stacked}) {
    CHECK(has_text(simple(kind, {}, {}).layout(), "No data"));
    CHECK(has_text(simple(kind, {"a"}, {std::nullopt}).layout(), "No data"));
    CHECK(has_text(simple(kind, {"a", "b"}, {0, 0}).layout(), "No data") == (kind == Kind::pie));
  }
}

TEST_CASE("long names are wrapped or turned before they are cut", "[chart]") {
  const std::vector<std::string> names = {"Office chair", "Desk lamp", "Coffee grinder", "Rain jacket"};
  Asked asked = simple(Kind::bar, names, {1, 2, 3, 4});
  asked.room.width = 220;
  CHECK(has_text(asked.layout(), "Office"));
  CHECK(has_text(asked.layout(), "chair"));
  asked.data.labels = {"Officechair", "Desklamp", "Coffeegrinder", "Rainjacket"};
  const ChartLayout turned = asked.layout();
  CHECK(has_text(turned, "Coffeegrinder"));
  for (const ChartLabel& label : turned.labels)
    if (label.text == "Coffeegrinder") CHECK(label.turn < 0);
}

TEST_CASE("of many dates some are named, at even distances", "[chart]") {
  std::vector<std::string> days;
  std::vector<std::optional<double>> values;
  for (int day = 1; day <= 90; ++day) {
    days.push_back(fmt::format("2026-{:02}-{:02}", 1 + day / 31, 1 + day % 28));
    values.emplace_back(day);
  }
  Asked asked = simple(Kind::line, days, values);
  asked.data.is_ordered = true;
  const ChartLayout layout = asked.layout();
  std::vector<double> at;
  for (const ChartLabel& label : layout.labels)
    if (label.text.rfind("2026-", 0) == 0) at.push_back(label.begin.x);
  REQUIRE(at.size() > 3);
  for (std::size_t i = 2; i < at.size(); ++i) CHECK(at[i] - at[i - 1] == Approx(at[1] - at[0]));
}

TEST_CASE("an axis has round ticks around its values", "[chart]") {
  std::mt19937 random(5);  // NOLINT: the same numbers every time
  for (int i = 0; i < 2000; ++i) {
    const double scale = std::pow(10.0, static_cast<double>(random() % 60) - 25);
    double low = scale * (static_cast<double>(random() % 2001) / 1000 - 1);
    double high = scale * (static_cast<double>(random() % 2001) / 1000 - 1);
    if (low > high) std::swap(low, high);
    const AxisWish wish{2 + random() % 8, false};
    const ValueAxis axis = value_axis(low, high, wish);
    INFO(low << " to " << high << " in " << wish.most_ticks);
    CHECK(axis.low() <= low + 1e-6 * axis.step());
    CHECK(axis.high() >= high - 1e-6 * axis.step());
    const auto ticks = static_cast<std::size_t>(axis.last - axis.first + 1);
    CHECK(ticks >= 2);
    CHECK(ticks <= std::max<std::size_t>(wish.most_ticks, 3));
    CHECK((axis.factor == 1 || axis.factor == 2 || axis.factor == 5));
    for (auto tick = axis.first; tick <= axis.last; ++tick) CHECK(axis.label(tick, NumberStyle{}).size() <= 15);
  }
}

TEST_CASE("a tick says exactly what it is", "[chart]") {
  const ValueAxis tenths = value_axis(0, 0.6, {7, false});
  CHECK(tenths.label(3, NumberStyle{}) == "0.3");
  const ValueAxis thousands = value_axis(0, 12'000, {7, false});
  CHECK(thousands.label(1, NumberStyle{}) == "2,000");
  CHECK(thousands.note().empty());
  const ValueAxis huge = value_axis(0, 6e21, {7, false});
  CHECK(huge.label(1, NumberStyle{}) == "1");
  CHECK(huge.note() == "× 10²¹");
  const ValueAxis tiny = value_axis(0, 6e-7, {7, false});
  CHECK(tiny.label(1, NumberStyle{}) == "100");
  CHECK(tiny.note() == "× 10⁻⁹");
  CHECK(value_axis(0, 3, {9, true}).step() == 1);
  CHECK(value_axis(7, 7, {5, false}).high() > 7);
  CHECK(value_axis(0, 0, {5, false}).high() == 1);
}

TEST_CASE("series are told apart by lightness alone, and seen on white", "[chart]") {
  for (const char* accent : {"#1f6feb", "#c0392b", "#ffff00", "#777777", "#000000", "#27ae60"}) {
    for (std::size_t count = 1; count <= 8; ++count) {
      const auto colours = mark_colours(parse_colour(accent).value(), count, false);
      REQUIRE(colours.size() == count);
      for (std::size_t i = 0; i < count; ++i) {
        INFO(accent << ", " << i << " of " << count);
        CHECK(contrast(colours[i], {1, 1, 1}) > 1.25);
        for (std::size_t j = 0; j < i; ++j) {
          if (count <= 4) CHECK(contrast(colours[i], colours[j]) > 1.1);
          CHECK(!(colours[i] == colours[j]));
        }
      }
    }
  }
  CHECK(mark_colours(parse_colour("#1f6feb").value(), 3, true).size() == 3);
}
