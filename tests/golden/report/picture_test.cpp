// Each kind of section as it looks, against thumbnails in tests/golden/pictures.
//
// To renew them: PLATEN_RENEW_PICTURES=FOLDER golden_report "[picture]" writes them anew, and every page at 80 dots an
// inch into FOLDER, to be looked at before they are committed.
#include <fmt/format.h>

#include <cstdlib>

#include "base/fd.hpp"
#include "tests/golden/report/thumbnail.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"

using namespace platen;
using namespace platen::test;

namespace {

const std::string sources = PLATEN_SOURCE;

struct Scene {
  std::string name;
  RenderSpec spec;
  std::string data = "a\n1\n";
  int page = 1;
};

RenderSpec scene_spec(std::string title, std::vector<Section> sections) {
  RenderSpec spec = titled(std::move(title));
  spec.report.page = {PageSize::a5, Orientation::portrait, {}};
  spec.report.sections = std::move(sections);
  return spec;
}

Column column(std::string field, std::optional<Aggregate> total = std::nullopt) {
  Column made;
  made.field = std::move(field);
  made.total = total;
  return made;
}

constexpr std::string_view many_scripts =
    "Ελληνικά, русский, 日本語, हिन्दी, "
    "ภาษาไทย, 😀👍🏽.\n"
    "نص عربي من اليمين إلى اليسار.\n"
    "עברית ו-English ביחד.";

Scene text() {
  RenderSpec spec = scene_spec(
      "Headings and text",
      {HeadingSection{"The first level", 1},
       TextSection{"A paragraph with **bold**, *italic* and ***both***, long enough to break into some lines, and a "
                   "[link to a page](https://example.org/) in it.\n\nAnother one, below a blank line.\nAnd a third."},
       HeadingSection{"The second level", 2}, TextSection{std::string(many_scripts)},
       HeadingSection{"The third level", 3}, TextSection{std::string("Words and words. ") + std::string(300, 'm')}});
  spec.report.subtitle = "With a subtitle";
  spec.report.author = "An author";
  return {"text", spec};
}

Scene contents() {
  std::vector<Section> sections{ContentsSection{}};
  for (int i = 1; i <= 6; ++i) {
    sections.emplace_back(
        HeadingSection{fmt::format("Chapter {} of some length", i), 1 + static_cast<std::uint32_t>(i) % 3});
    sections.emplace_back(TextSection{"Some words."});
  }
  return {"contents", scene_spec("Table of contents", std::move(sections))};
}

Scene table() {
  TableSection table;
  Column amount = column("amount", Aggregate::sum);
  amount.format = CellFormat::currency;
  amount.currency = "EUR";
  amount.negative = Negative::parentheses;
  amount.styles = {{StyleRule::When::below, "0", "#b00020", "", true},
                   {StyleRule::When::above, "900", "", "#ffe08a", false}};
  Column note = column("note");
  note.overflow = Overflow::wrap;
  note.width_mm = 35;
  Column cut = column("cut");
  cut.width_mm = 20;
  table.columns = {column("item", Aggregate::count), note, cut, amount};
  table.group_by = "region";
  std::string csv = "region,item,note,cut,amount\n";
  for (int i = 0; i < 24; ++i)
    csv += fmt::format("{},Item {},{},A text that is cut off,{}.50\n", i < 9 ? "North" : "South", i,
                       i % 4 == 1 ? "A note that needs more than one line in its column" : "short",
                       (i * 7919) % 2000 - 700);
  return {"table", scene_spec("Table", {table}), csv};
}

Scene continued() {
  Scene scene = table();
  scene.name = "table-continued";
  scene.page = 2;
  return scene;
}

Scene wide_table() {
  std::string csv = "key";
  for (int i = 1; i < 40; ++i) csv += fmt::format(",column {}", i);
  for (int row = 0; row < 12; ++row) {
    csv += fmt::format("\nKey {}", row);
    for (int i = 1; i < 40; ++i) csv += fmt::format(",{}", 1000 * row + i);
  }
  return {"wide-table-second-sheet", scene_spec("Wide", {TableSection{}}), csv + "\n", 2};
}

ChartSection chart(ChartSection::Kind kind, const std::string& title) {
  ChartSection made;
  made.kind = kind;
  made.title = title;
  made.labels = {"January", "February", "March", "April", "May"};
  made.series = {{"North", {12, 30, 18.5, 7, 22}}};
  if (kind != ChartSection::Kind::pie) made.series.push_back({"South", {5, -4, 9, 16, 11}});
  if (kind == ChartSection::Kind::stacked) made.series.back().values = {5, 4, 9, 16, 11};
  made.height_mm = 60;
  return made;
}

Scene bars() {
  return {"chart-bar-line",
          scene_spec("Charts", {chart(ChartSection::Kind::bar, "Bars"), chart(ChartSection::Kind::line, "Lines")})};
}
Scene pies() {
  return {"chart-pie-stacked", scene_spec("Charts", {chart(ChartSection::Kind::pie, "A pie"),
                                                     chart(ChartSection::Kind::stacked, "Stacked bars")})};
}

Scene images() {
  return {
      "image",
      scene_spec(
          "Pictures",
          {ImageSection{.upload = "lamp", .alt = "A lamp", .caption = "A lamp, 40 mm wide", .width_mm = 40},
           ImageSection{.upload = "mug", .alt = "A mug", .caption = "", .width_mm = 30, .align = Align::right},
           ImageSection{.upload = "chair", .alt = "", .caption = "A chair", .height_mm = 45, .align = Align::center}})};
}

Scene furniture() {
  RenderSpec spec = scene_spec(
      "Furniture", {TextSection{"First page."}, PageBreakSection{}, TextSection{"Second page."}, TableSection{}});
  spec.report.header = PageLine{"{page}: {title}", "{{centre}}", "{date} {time}", "logo"};
  spec.report.footer = PageLine{"{author}", "{page}/{pages}", "{subtitle}", ""};
  spec.report.author = "The author";
  spec.report.subtitle = "The subtitle";
  spec.report.watermark = {"CONFIDENTIAL", "#a0b0c0"};
  spec.report.theme = {"Noto Serif", 10, "#7a1fa2", ""};
  return {"furniture", spec, orders_csv(12), 2};
}

std::vector<Scene> scenes() {
  return {text(), contents(), table(), continued(), wide_table(), bars(), pies(), images(), furniture()};
}

DrawnReport drawn(const Scene& scene) {
  const auto picture = [](const std::string& name) {
    return std::pair(name, sources + "/examples/images/" + name + ".png");
  };
  return DrawnReport(scene.spec, scene.data, {picture("lamp"), picture("mug"), picture("chair"), picture("logo")});
}

std::string reference_path(const std::string& name) { return sources + "/tests/golden/pictures/" + name + ".pgm"; }

Thumbnail reference(const std::string& name) {
  constexpr std::size_t most_bytes = 1 << 20;
  const auto bytes = read_file(reference_path(name), most_bytes);
  if (!bytes) FAIL("no reference: " << name << "; see picture_test.cpp on how to make one");
  return thumbnail_from(*bytes);
}

}  // namespace

TEST_CASE("each kind of section looks as it did when somebody looked at it", "[report][picture]") {
  const auto all = scenes();
  const Scene& scene = all[GENERATE(range(0, 9))];
  INFO(scene.name);
  const DrawnReport report = drawn(scene);
  CHECK(report.faults() == "");
  CHECK(report.rendered().missing_glyphs == 0);
  const Thumbnail seen = thumbnail_of(report, scene.page);
  if (const char* const folder = std::getenv("PLATEN_RENEW_PICTURES"); folder != nullptr) {
    REQUIRE(write_file(reference_path(scene.name), pgm_of(seen), 0644));
    const std::string page = std::to_string(scene.page);
    REQUIRE(run({"pdftoppm", "-r", "80", "-png", "-singlefile", "-f", page, "-l", page, report.path(),
                 fmt::format("{}/{}", folder, scene.name)})
                .exit_code == 0);
  }
  const Difference found = difference(seen, reference(scene.name));
  CHECK(found.largest <= tolerance.largest);
  CHECK(found.mean <= tolerance.mean);
}

TEST_CASE("a picture that misses a section, or shows it elsewhere or otherwise, is found different",
          "[report][picture]") {
  const auto differs = [](const Scene& scene) {
    return !looks_alike(thumbnail_of(drawn(scene), scene.page), reference(scene.name));
  };
  SECTION("without a section") {
    for (Scene& scene : std::vector<Scene>{text(), contents(), bars(), pies(), images()}) {
      for (std::size_t i = 0; i < scene.spec.report.sections.size(); ++i) {
        Scene other = scene;
        other.spec.report.sections.erase(other.spec.report.sections.begin() + static_cast<std::ptrdiff_t>(i));
        INFO(scene.name << " without section " << i);
        CHECK(differs(other));
      }
    }
  }
  SECTION("a table without groups, without totals, with other columns") {
    Scene other = table();
    auto& section = std::get<TableSection>(other.spec.report.sections.front());
    const TableSection whole = section;
    section.group_by.clear();
    CHECK(differs(other));
    section = whole;
    section.columns.back().total.reset();
    CHECK(differs(other));
    section = whole;
    section.columns.back().styles.clear();
    CHECK(differs(other));
    section = whole;
    section.columns.pop_back();
    CHECK(differs(other));
    section = whole;
    section.zebra = false;
    CHECK(differs(other));
  }
  SECTION("other charts") {
    Scene other = bars();
    std::get<ChartSection>(other.spec.report.sections[0]).series[0].values[1] = 10;
    CHECK(differs(other));
    other = pies();
    std::get<ChartSection>(other.spec.report.sections[0]).legend = false;
    CHECK(differs(other));
  }
  SECTION("other furniture") {
    Scene other = furniture();
    other.spec.report.watermark.text.clear();
    CHECK(differs(other));
    other = furniture();
    other.spec.report.header->logo.clear();
    CHECK(differs(other));
    other = furniture();
    other.spec.report.footer->left.clear();
    CHECK(differs(other));
  }
}
