// What leads from one place of a report to another: outline, table of contents, links. Read by qpdf, and held against
// the text that pdftotext finds on the pages.
#include <fmt/format.h>

#include <algorithm>

#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pdf_file.hpp"

using namespace platen;
using namespace platen::test;

namespace {

std::string outline_of(const PdfFile& file) {
  std::string tree;
  for (const PdfFile::OutlineEntry& entry : file.outline())
    tree +=
        fmt::format("{:>{}}{} -> {}{}\n", "", 2 * entry.level, entry.title, entry.page, entry.is_open ? "" : " closed");
  return tree;
}

/// Chapters of some pages each, so that every heading's page is another.
RenderSpec chapters() {
  RenderSpec spec = titled("Annual report");
  spec.report.sections.emplace_back(ContentsSection{"What is in it", 2});
  for (int chapter = 1; chapter <= 5; ++chapter) {
    spec.report.sections.emplace_back(PageBreakSection{});
    spec.report.sections.emplace_back(HeadingSection{fmt::format("Chapter {} (draft)", chapter), 1});
    std::string text;
    for (int line = 0; line < 50 * chapter; ++line) text += fmt::format("Line {} of chapter {}.\n", line, chapter);
    spec.report.sections.emplace_back(TextSection{text});
    spec.report.sections.emplace_back(HeadingSection{fmt::format("Part {}.1 — größer & 日本", chapter), 2});
    spec.report.sections.emplace_back(TextSection{"Words."});
    spec.report.sections.emplace_back(HeadingSection{fmt::format("Detail {}.1.1", chapter), 3});
    spec.report.sections.emplace_back(TextSection{"More words."});
  }
  return spec;
}

}  // namespace

TEST_CASE("every outline entry leads to the page and the height at which its heading stands", "[report][outline]") {
  const DrawnReport report(chapters(), "a\n1\n");
  const PdfFile file(report.path());
  const auto outline = file.outline();
  const auto pages = report.text_of_pages();
  REQUIRE(outline.size() == 16);
  REQUIRE(pages.size() > 12);
  CHECK(outline.front().title == "Annual report");
  CHECK(outline.front().page == 1);
  double y_before = 1e9;
  std::size_t page_before = 1;
  for (std::size_t i = 1; i < outline.size(); ++i) {
    INFO(outline[i].title);
    CHECK(outline[i].level == 1 + (i - 1) % 3);
    CHECK(count_of(outline[i].title, pages[outline[i].page - 1]) == 1);
    CHECK(outline[i].page >= page_before);
    if (outline[i].page == page_before) CHECK(outline[i].y_pt < y_before);
    page_before = outline[i].page;
    y_before = outline[i].y_pt;
  }
  CHECK(report.faults() == "");
  CHECK(file.dangling().empty());
}

TEST_CASE("the table of contents names the pages that the outline leads to, and its lines lead there",
          "[report][outline]") {
  const DrawnReport report(chapters(), "a\n1\n");
  const PdfFile file(report.path());
  const std::string contents = words_of(report.text_of_page(1));
  INFO(contents);
  std::vector<std::size_t> expected;
  for (const auto& entry : file.outline()) {
    if (entry.level == 0) continue;
    const bool is_listed = entry.level <= 2;
    CHECK((contents.find(fmt::format("{} {} ", entry.title, entry.page)) != std::string::npos) == is_listed);
    if (is_listed) expected.push_back(entry.page);
  }
  std::vector<std::size_t> led_to;
  double above = 1e9;
  for (const auto& link : file.links()) {
    CHECK(link.page == 1);
    CHECK(link.uri.empty());
    CHECK(link.rectangle[3] <= above + 0.02);  // one below the other
    above = link.rectangle[1];
    led_to.push_back(link.to_page);
  }
  CHECK(led_to == expected);
}

TEST_CASE("a table of contents that fills pages moves the headings that it names", "[report][outline]") {
  RenderSpec spec = titled("Long");
  spec.report.sections.emplace_back(ContentsSection{});
  for (int i = 0; i < 120; ++i) {
    spec.report.sections.emplace_back(
        HeadingSection{fmt::format("Heading {:03}", i), 1 + static_cast<std::uint32_t>(i) % 3});
    spec.report.sections.emplace_back(TextSection{"Some words."});
  }
  const DrawnReport report(spec, "a\n1\n");
  const PdfFile file(report.path());
  const auto pages = report.text_of_pages();
  std::string contents;
  std::size_t contents_pages = 0;
  for (const auto& link : file.links()) contents_pages = std::max(contents_pages, link.page);
  REQUIRE(contents_pages > 2);
  for (std::size_t i = 0; i < contents_pages; ++i) contents += words_of(pages[i]) + " ";
  const auto outline = file.outline();
  const auto links = file.links();
  REQUIRE(outline.size() == 121);
  REQUIRE(links.size() == 120);
  for (std::size_t i = 0; i < 120; ++i) {
    const auto& entry = outline[i + 1];
    CHECK(contents.find(fmt::format("{} {} ", entry.title, entry.page)) != std::string::npos);
    CHECK(links[i].to_page == entry.page);
    CHECK(pages[entry.page - 1].find(entry.title) != std::string::npos);
  }
}

TEST_CASE("groups stand in the outline below their table's heading and lead to where they begin", "[report][outline]") {
  RenderSpec spec = titled("Ledger");
  TableSection table;
  table.group_by = "region";
  spec.report.sections = {HeadingSection{"Sales", 1}, table, HeadingSection{"End", 1}};
  std::string csv = "region,amount\n";
  for (const std::string_view region : {"North", "East (new)", "", "Süd 日本"})
    for (int i = 0; i < 50; ++i) csv += fmt::format("{},{}\n", region, i);
  const DrawnReport report(spec, csv);
  const PdfFile file(report.path());
  CHECK(outline_of(file) ==
        "Ledger -> 1\n"
        "  Sales -> 1 closed\n"
        "    North -> 1\n"
        "    East (new) -> 2\n"
        "    – -> 4\n"
        "    Süd 日本 -> 5\n"
        "  End -> 7\n");
  const auto pages = report.text_of_pages();
  for (const auto& entry : file.outline())
    if (entry.level == 2)
      CHECK(words_of(pages[entry.page - 1]).find("region: " + entry.title + " ") != std::string::npos);
  CHECK(file.dangling().empty());
}

TEST_CASE("a deep outline shows its two outermost levels", "[report][outline]") {
  RenderSpec spec = titled("Deep");
  spec.report.sections = {HeadingSection{"A", 1}, HeadingSection{"B", 2}, HeadingSection{"C", 3},
                          HeadingSection{"D", 1}, TextSection{"."}};
  CHECK(outline_of(PdfFile(DrawnReport(spec, "a\n1\n").path())) ==
        "Deep -> 1\n"
        "  A -> 1 closed\n"
        "    B -> 1 closed\n"
        "      C -> 1\n"
        "  D -> 1\n");
}

TEST_CASE("links of a text lead to http, https and mailto only, and all else is text", "[report][outline]") {
  RenderSpec spec = titled("Links");
  spec.report.sections = {
      TextSection{"See [the site](https://example.org/a?b=(c)&d=é), [plain](http://example.org/) or "
                  "[write](mailto:a@example.org).\n"
                  "[bad](javascript:alert(1)) [file](file:///etc/passwd) [data](data:text/html,x) [none](example.org)\n"
                  "[JS](JavaScript:alert(1)) [ftp](ftp://example.org/)"}};
  const DrawnReport report(spec, "a\n1\n");
  const PdfFile file(report.path());
  std::vector<std::string> uris;
  for (const auto& link : file.links()) {
    uris.push_back(link.uri);
    CHECK(link.page == 1);
    CHECK(link.rectangle[2] > link.rectangle[0]);
    CHECK(link.rectangle[3] > link.rectangle[1]);
  }
  INFO(fmt::format("{}", fmt::join(uris, " ")));
  for (const std::string& uri : uris)
    CHECK((uri.starts_with("https://") || uri.starts_with("http://") || uri.starts_with("mailto:")));
  REQUIRE(uris.size() == 3);
  CHECK(uris[1] == "http://example.org/");
  CHECK(uris[2] == "mailto:a@example.org");
  const std::string text = report.text();
  for (const std::string_view refused :
       {"javascript:alert(1)", "file:///etc/passwd", "data:text/html", "ftp://example.org/"})
    CHECK(text.find(refused) != std::string::npos);
  CHECK(report.bytes().find("/JavaScript") == std::string::npos);
  CHECK(report.bytes().find("/Launch") == std::string::npos);
}

TEST_CASE("a link that breaks over lines leads there from each of them", "[report][outline]") {
  RenderSpec spec = titled("Links");
  std::string words;
  for (int i = 0; i < 60; ++i) words += fmt::format("word{} ", i);
  spec.report.sections = {TextSection{"Read [" + words + "end](https://example.org/) now."}};
  const DrawnReport report(spec, "a\n1\n");
  const auto links = PdfFile(report.path()).links();
  REQUIRE(links.size() >= 2);
  for (const auto& link : links) CHECK(link.uri == "https://example.org/");
  CHECK(links[1].rectangle[3] <= links[0].rectangle[1] + 3);
}
