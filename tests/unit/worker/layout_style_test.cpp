#include "tests/support/catch.hpp"
#include "worker/layout/style.hpp"

using namespace platen;
using namespace platen::worker;

TEST_CASE("text on and in the accent colour can be read, whatever the accent", "[layout]") {
  constexpr Rgb white{1, 1, 1};
  for (const char* accent : {"#1f6feb", "#000000", "#ffffff", "#ffff00", "#808080", "#ff0000", "#00ff00", "#7f7f00"}) {
    ReportSpec report;
    report.theme.accent = accent;
    const auto style = style_of(report);
    REQUIRE(style);
    INFO(accent);
    CHECK(contrast(style->palette.on_accent, style->palette.accent) >= 4.5);
    CHECK(contrast(style->palette.heading, white) >= 4.5);
    CHECK(contrast(style->palette.ink, style->palette.stripe) >= 4.5);
    CHECK(contrast(style->palette.ink, style->palette.total) >= 4.5);
    CHECK(contrast(style->palette.quiet, white) >= 4.5);
  }
}

TEST_CASE("what is no colour is refused", "[layout]") {
  CHECK_FALSE(parse_colour("blue"));
  CHECK_FALSE(parse_colour("#12345"));
  CHECK_FALSE(parse_colour("#12345g"));
  CHECK(parse_colour("#FF0080").value() == Rgb{1, 0, 128 / 255.0});
}

TEST_CASE("a page turns with its orientation and keeps its margins", "[layout]") {
  ReportSpec report;
  report.page = {PageSize::a4, Orientation::portrait, {20, 20, 20, 20}};
  const auto style = style_of(report);
  REQUIRE(style);
  CHECK(style->frame.width < style->frame.height);
  CHECK(std::abs(style->frame.left - 20 * points_per_mm) < 1e-9);
  CHECK(std::abs(style->frame.width - style->frame.right - 20 * points_per_mm) < 1e-9);
  CHECK(style->frame.bottom < style->frame.footer_rule);
}

TEST_CASE("a page without room for its body is refused", "[layout]") {
  ReportSpec report;
  report.page = {PageSize::a5, Orientation::landscape, 60};
  report.theme.size_pt = 24;
  CHECK_FALSE(style_of(report));
}
