// Text: every script, overflow, and what is read back out of the file.
#include <fmt/format.h>

#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::test;

namespace {

Column column(std::string field) {
  Column made;
  made.field = std::move(field);
  return made;
}

/// Without the marks of direction that pdftotext puts around right-to-left text.
std::string without_direction_marks(std::string text) {
  for (const std::string_view mark : {"\u202A", "\u202B", "\u202C", "\u200E", "\u200F"})
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) text.erase(at, mark.size());
  return text;
}

}  // namespace

TEST_CASE("text of every script is read back as it went in", "[report]") {
  const std::string_view cell =
      GENERATE("Žluťoučký kůň", "Ελληνικά ἀρχή", "Русский текст", "ﬁrst − “quoted” – €5", "田中太郎", "김민준",
               "こんにちは世界", "محمد علي", "עברית בדיקה ארוכה", "हिन्दी पाठ", "ภาษาไทย", "e\u0301t\u00e9 N\u0303");
  const DrawnReport report(titled("Names"), fmt::format("id,name\n1,{}\n", cell));
  const std::string text = without_direction_marks(report.text());
  INFO(text);
  CHECK(text.find(cell) != std::string::npos);
  CHECK(report.rendered().missing_glyphs == 0);
  CHECK(report.faults() == "");
}

TEST_CASE("a cell that is too wide ends in an ellipsis on paper, but is copied whole", "[report]") {
  RenderSpec spec = titled("Wide");
  Column name = column("name");
  name.width_mm = 25;
  spec.report.sections = {TableSection{{column("id"), name}}};
  const DrawnReport report(spec, "id,name\n1,A very long name that has no room at all\n2,short\n");
  const std::string text = report.text();
  INFO(text);
  CHECK(words_of(text).find("A very long name that has no room at all") != std::string::npos);
  CHECK(text.find("short\n") != std::string::npos);
  CHECK(report.word("all").x_max - report.word("A").x_min < 25 * 72 / 25.4);
}

TEST_CASE("shaped text that is too wide is cut on paper, but copied whole", "[report]") {
  RenderSpec spec = titled("Wide");
  Column name = column("name");
  name.width_mm = 25;
  spec.report.sections = {TableSection{{column("id"), name}}};
  const std::string_view cell = "株式会社サンプル株式会社サンプル";
  const DrawnReport report(spec, fmt::format("id,name\n1,{}\n", cell));
  const Word word = report.word(cell);
  CHECK(word.x_max > word.x_min);
  CHECK(word.x_max - word.x_min < 25 * 72 / 25.4);
}

TEST_CASE("a wrapped cell shows all of its text, in fast and in shaped text", "[report]") {
  RenderSpec spec = titled("Wrapped");
  Column name = column("name");
  name.width_mm = 30;
  name.overflow = Overflow::wrap;
  spec.report.sections = {TableSection{{column("id"), name}}};
  const DrawnReport report(
      spec,
      "id,name\n1,\"one two three four five six seven eight\nnine\"\n2,株式会社サンプル株式会社サンプル\n"
      "3,averyveryverylongwordwithoutanyplacetobreakit\n");
  const std::string text = report.text();
  CHECK(words_of(text).find("one two three four five six seven eight nine") != std::string::npos);
  std::string joined;
  for (const char c : text)
    if (c != '\n') joined.push_back(c);
  CHECK(joined.find("株式会社サンプル株式会社サンプル") != std::string::npos);
  CHECK(joined.find("averyveryverylongwordwithoutanyplacetobreakit") != std::string::npos);
  CHECK(count_of("…", text) == 0);
}

TEST_CASE("a wrapped cell that is higher than a page ends in an ellipsis", "[report]") {
  RenderSpec spec = titled("High");
  Column name = column("name");
  name.width_mm = 30;
  name.overflow = Overflow::wrap;
  spec.report.sections = {TableSection{{column("id"), name}}};
  std::string words;
  for (int i = 0; i < 2000; ++i) words += fmt::format("w{} ", i);
  const DrawnReport report(spec, "id,name\n1," + words + "\n2,after\n");
  CHECK(count_of("…", report.text()) == 1);
  CHECK(report.text().find("after") != std::string::npos);
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD and are counted", "[report]") {
  RenderSpec spec = titled("Broken");
  spec.data.encoding = Encoding::utf8;
  const DrawnReport report(spec, "id,name\n1,a\xFFz\n2,fine\n");
  CHECK(report.rendered().replaced_bytes == 1);
  CHECK(report.text().find("a\uFFFDz") != std::string::npos);
}

TEST_CASE("a character that no font has is counted", "[report]") {
  const DrawnReport report(titled("Private"), "id,name\n1,\U0010FFF0\n");
  CHECK(report.rendered().missing_glyphs == 1);
  CHECK(report.faults() == "");
}

TEST_CASE("an unknown font is refused, naming it and the default one", "[report]") {
  RenderSpec spec = titled("Fonts");
  spec.report.theme.font = "No Such Font";
  const DrawnReport report(spec, "a\n1\n");
  REQUIRE_FALSE(report.result());
  CHECK(report.result().error().code == Errc::invalid_report);
  CHECK(report.result().error().detail.find("'No Such Font'") != std::string::npos);
  CHECK(report.result().error().detail.find("'DejaVu Sans'") != std::string::npos);
}

TEST_CASE("a report can be set in another font", "[report]") {
  RenderSpec spec = titled("Fonts");
  spec.report.theme.font = "Noto Serif";
  const DrawnReport report(spec, "id,name\n1,Žluťoučký kůň\n2,田中太郎\n");
  CHECK(report.text().find("Žluťoučký kůň") != std::string::npos);
  CHECK(report.text().find("田中太郎") != std::string::npos);
  CHECK(report.faults() == "");
}
