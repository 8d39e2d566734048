// Headings, text and page breaks.
#include <fmt/format.h>

#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"

using namespace platen;
using namespace platen::test;

TEST_CASE("headings stand in the outline, nested by level, and lead to their pages", "[report]") {
  RenderSpec spec = titled("Annual report");
  spec.report.sections = {HeadingSection{"North", 1}, HeadingSection{"Orders (open)", 2}, TableSection{},
                          PageBreakSection{},         HeadingSection{"South é 日本", 1},  TextSection{"Nothing."}};
  const DrawnReport report(spec, orders_csv(100));
  CHECK(report.faults() == "");
  const Output json = run({"qpdf", "--json", "--json-key=outlines", report.path()});
  INFO(json.out);
  CHECK(json.out.find("\"Annual report\"") != std::string::npos);
  CHECK(json.out.find("\"Orders (open)\"") != std::string::npos);
  CHECK(json.out.find("\"South é 日本\"") != std::string::npos);
  const auto last = fmt::format("\"destpageposfrom1\": {}", report.rendered().pages);
  CHECK(count_of(last, json.out) == 1);
  CHECK(count_of("\"destpageposfrom1\": 1,", json.out) + count_of("\"destpageposfrom1\": 1\n", json.out) >= 3);
}

TEST_CASE("a page break begins a page, and makes no empty one", "[report]") {
  RenderSpec spec = titled("Report");
  spec.report.sections = {TextSection{"First."}, PageBreakSection{}, PageBreakSection{}, TextSection{"Second."},
                          PageBreakSection{}};
  const DrawnReport report(spec, "a\n1\n");
  REQUIRE(report.rendered().pages == 2);
  CHECK(report.text_of_page(1).find("First.") != std::string::npos);
  CHECK(report.text_of_page(2).find("Second.") != std::string::npos);
}

TEST_CASE("a heading stays with what follows it", "[report]") {
  RenderSpec spec = titled("Report");
  for (int i = 0; i < 40; ++i) {
    spec.report.sections.emplace_back(HeadingSection{fmt::format("Heading {:02}", i), 2});
    spec.report.sections.emplace_back(TextSection{fmt::format("Text {:02} line one.\nline two.\nline three.", i)});
  }
  const DrawnReport report(spec, "a\n1\n");
  REQUIRE(report.rendered().pages > 2);
  for (int page = 1; page <= static_cast<int>(report.rendered().pages); ++page) {
    const std::string text = report.text_of_page(page);
    for (int i = 0; i < 40; ++i)
      CHECK(count_of(fmt::format("Heading {:02}", i), text) <= count_of(fmt::format("Text {:02} line one", i), text));
  }
}

TEST_CASE("a long text breaks into lines and pages without losing a word", "[report]") {
  RenderSpec spec = titled("Report");
  std::string text;
  for (int i = 0; i < 3000; ++i) text += fmt::format("word{:04} ", i);
  spec.report.sections = {TextSection{text}};
  const DrawnReport report(spec, "a\n1\n");
  CHECK(report.rendered().pages > 1);
  const std::string drawn = words_of(report.text());
  for (int i = 0; i < 3000; ++i) CHECK(count_of(fmt::format("word{:04}", i), drawn) == 1);
}

TEST_CASE("two tables show the same data, each with its own columns", "[report]") {
  RenderSpec spec = titled("Report");
  Column order;
  order.field = "order";
  Column amount;
  amount.field = "amount";
  amount.total = Aggregate::sum;
  spec.report.sections = {TableSection{{order}}, TableSection{.columns = {amount}, .zebra = false}};
  const DrawnReport report(spec, orders_csv(60));
  const std::string text = report.text();
  CHECK(count_of("70000", text) == 60);
  CHECK(text.find("1,848.30") != std::string::npos);  // 1.01 + 2.02 + … + 60.60
  CHECK(report.rendered().rows == 60);
}
