// Tagged reports: what a screen reader is told.
#include <fmt/format.h>

#include <map>

#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pdf_file.hpp"
#include "tests/support/pdf_text.hpp"

using namespace platen;
using namespace platen::test;

namespace {

const std::string picture = PLATEN_SOURCE "/examples/images/lamp.png";

RenderSpec tagged() {
  RenderSpec spec = titled("Tagged é");
  spec.report.document.accessible = true;
  spec.report.document.language = "en-GB";
  return spec;
}

/// The text of every tag of all pages, one after the other: `TH` to `order customer`.
std::map<std::string, std::string> text_by_tag(const PdfFile& file) {
  std::map<std::string, std::string> texts;
  for (std::size_t page = 1; page <= file.pages(); ++page)
    for (const ShownText& piece : text_shown(file, page)) texts[piece.tag] += piece.text + " ";
  return texts;
}

}  // namespace

TEST_CASE("a tagged report has its parts in their order", "[report][accessible]") {
  RenderSpec spec = tagged();
  ChartSection chart;
  chart.title = "Shares";
  chart.labels = {"a", "b"};
  chart.series = {{"s", {1, 2}}};
  spec.report.sections = {ContentsSection{},
                          HeadingSection{"One", 1},
                          HeadingSection{"Two", 2},
                          HeadingSection{"Three", 3},
                          TextSection{"Words."},
                          chart,
                          ImageSection{.upload = "up", .alt = "A press (é)", .caption = "The press"},
                          TableSection{}};
  const DrawnReport report(spec, "a,b\n1,2\n3,4\n", {{"up", picture}});
  CHECK(report.faults() == "");
  const PdfFile file(report.path());
  CHECK(file.structure() ==
        "Document\n"
        "  H1\n  P\n"
        "  H2\n  TOCI\n  TOCI\n  TOCI\n"
        "  H2\n  H3\n  H4\n  P\n"
        "  Figure \"Shares\"\n"
        "  Figure \"A press (é)\"\n"
        "  Caption\n"
        "  Table\n"
        "    TR\n      TH\n      TH\n"
        "    TR\n      TD\n      TD\n"
        "    TR\n      TD\n      TD\n");
  CHECK(PdfFile::text_of(file.catalog().at("/Lang")) == "en-GB");
  CHECK(file.catalog().at("/MarkInfo").at("/Marked") == true);
  const std::string metadata = file.stream(file.catalog().at("/Metadata"));
  CHECK(metadata.find(">Tagged é<") != std::string::npos);
  CHECK(report.info().find("Tagged:          yes") != std::string::npos);
}

TEST_CASE("every cell of a tagged table is one, over all pages", "[report][accessible]") {
  RenderSpec spec = tagged();
  TableSection table;
  Column customer;
  customer.field = "customer";
  Column amount;
  amount.field = "amount";
  amount.total = Aggregate::sum;
  table.columns = {customer, amount};
  const bool grouped = GENERATE(false, true);
  if (grouped) table.group_by = "order";
  spec.report.sections = {table};
  constexpr std::size_t rows = 150;
  const DrawnReport report(spec, orders_csv(rows));
  REQUIRE(report.rendered().pages > 2);
  const PdfFile file(report.path());
  auto tags = file.tags();
  const std::size_t groups = grouped ? rows : 0;
  CHECK(tags["Table"] == 1);
  CHECK(tags["TR"] == 1 + rows + 2 * groups + 1);
  CHECK(tags["Table/TR"] == tags["TR"]);
  CHECK(tags["TR/TH"] == 2);
  CHECK(tags["TR/TD"] == 2 * (rows + groups + 1) + groups);
  auto texts = text_by_tag(file);
  CHECK(count_of("customer", texts["TH"]) == 1);  // not again on every page
  CHECK(count_of("Customer", texts["TD"]) == rows);
  CHECK(count_of("customer", texts["Artifact"]) == report.rendered().pages - 1);
  CHECK(texts["Artifact"].find("Page 2 of") != std::string::npos);
}

TEST_CASE("all that a tagged page shows is in a tag or an artifact, and each tag knows its place",
          "[report][accessible]") {
  RenderSpec spec = tagged();
  spec.report.header = PageLine{"{title}", "", "{date}", "up"};
  spec.report.watermark.text = "DRAFT";
  TableSection table;
  table.group_by = "customer";
  Column amount;
  amount.field = "amount";
  amount.total = Aggregate::sum;
  amount.styles = {{StyleRule::When::above, "10", "#ffffff", "#aa0000", true}};
  Column name;
  name.field = "customer";
  name.overflow = Overflow::wrap;
  name.width_mm = 20;
  table.columns = {name, amount};
  spec.report.sections = {ContentsSection{}, TextSection{"A [link](https://example.org/) and 日本 محمد 😀."}, table,
                          ImageSection{.upload = "up", .alt = "", .caption = ""}};
  const DrawnReport report(spec, orders_csv(80) + "7,日本 محمد 😀 and more of it,-3\n", {{"up", picture}});
  CHECK(report.faults() == "");
  const PdfFile file(report.path());
  const auto& root = file.object(file.catalog().at("/StructTreeRoot"));
  const auto& numbers = file.object(root.at("/ParentTree")).at("/Nums");
  REQUIRE(numbers.size() == 2 * file.pages());
  for (std::size_t page = 1; page <= file.pages(); ++page) {
    INFO(page);
    CHECK(unmarked(file, page).empty());
    const auto& dictionary = file.page(page);
    CHECK(dictionary.at("/Tabs") == "/S");
    CHECK(dictionary.at("/StructParents") == page - 1);
    CHECK(numbers.at(2 * (page - 1)) == page - 1);
    const auto& parents = file.object(numbers.at(2 * page - 1));
    for (const ShownText& piece : text_shown(file, page)) {
      if (piece.tag == "Artifact") continue;
      REQUIRE(piece.content_id >= 0);
      REQUIRE(static_cast<std::size_t>(piece.content_id) < parents.size());
      const auto& element = file.object(parents.at(static_cast<std::size_t>(piece.content_id)));
      CHECK(element.at("/S") == "/" + piece.tag);
      bool is_there = false;
      for (const auto& kid : element.at("/K"))
        is_there = is_there || (kid.is_object() && kid.value("/MCID", std::int64_t{-1}) == piece.content_id &&
                                kid.at("/Pg") == file.page_reference(page));
      CHECK(is_there);
    }
  }
  CHECK(file.dangling().empty());
}

TEST_CASE("a tagged table of too many cells is refused, and says how many there may be", "[report][accessible]") {
  RenderSpec spec = tagged();
  std::string csv = "a,b,c,d\n";
  for (int i = 0; i < 50'000; ++i) csv += "1,2,3,4\n";
  SECTION("just as many") {
    csv.resize(csv.size() - 8 * 49'990);
    CHECK(DrawnReport(spec, csv).result());
  }
  SECTION("one row more") {
    csv += "1,2,3,4\n";
    spec.report.sections = {HeadingSection{"First", 1}, TableSection{}};
    const DrawnReport report(spec, csv);
    REQUIRE_FALSE(report.result());
    const Error& error = report.result().error();
    CHECK(error.code == Errc::invalid_report);
    CHECK(error.detail.find("200004 cells") != std::string::npos);
    CHECK(error.detail.find("it may have 200000") != std::string::npos);
    REQUIRE(error.fields.size() == 1);
    CHECK(error.fields[0].pointer == "/report/sections/1");
    spec.report.document.accessible = false;
    CHECK(DrawnReport(spec, csv).result());
  }
}
