// Text of every script: what a reader copies out of the PDF is what went in.
//
// pdftotext is asked where it can tell. It writes cells that mix directions as they look, and turns marks around within
// right-to-left letters; there the content stream itself is read: each cluster's text, by ActualText or ToUnicode.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pdf_file.hpp"
#include "tests/support/pdf_text.hpp"

using namespace platen;
using namespace platen::test;

namespace {

std::string without_direction_marks(std::string text) {
  for (const std::string_view mark : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E"})
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) text.erase(at, mark.size());
  return text;
}

RenderSpec one_cell() {
  RenderSpec spec = titled("T");
  Column cell;
  cell.field = "cell";
  spec.report.sections = {TableSection{{cell}}};
  return spec;
}

DrawnReport drawn(std::string_view cell) { return DrawnReport(one_cell(), fmt::format("cell\n\"{}\"\n", cell)); }

/// The pieces of the cell, in the order in which they stand on paper from the left.
std::vector<std::string> pieces_of_cell(const DrawnReport& report) {
  std::vector<std::string> pieces;
  bool in_cell = false;
  for (const ShownText& piece : text_shown(PdfFile(report.path()), 1)) {
    if (piece.text.starts_with("T  ·")) break;  // the footer
    if (in_cell) pieces.push_back(piece.text);
    in_cell = in_cell || piece.text == "cell";
  }
  return pieces;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  return text;
}

}  // namespace

TEST_CASE("a cell of any script is copied as it went in", "[report][scripts]") {
  const std::string_view cell = GENERATE(
      "Příliš žluťoučký kůň, Ærøskøbing, İstanbul, ßẞ", "naïve café – “quoted” … €£¥₿ ½ ×10³ ™",
      "Ὀδυσσεύς ἀρχή Ελληνικά", "Съешь же ещё этих мягких булок ЂЋЏ", "e\u0301 a\u0308\u0304 \u006E\u0303",
      "हिन्दी में क्षत्रिय श्री कर्तृ", "ภาษาไทยน้ำใจที่นี่", "株式会社サンプル、東京都", "대한민국 서울특별시",
      "简体中文和繁體中文", "Tiếng Việt: Nguyễn Thị Ngọc", "한국어 中文 English mix", "smile 😀 🎉 party",
      "👩‍👩‍👧‍👦", "👍🏽👋🏿", "🇩🇪🇫🇷", "❤️", "a\u200Db", "x² + y₃ ≤ ∞ → ⇒ ∑ √", "ﬁrst ﬂoor",
      "مرحبا بالعالم", "שלום עולם");
  const DrawnReport report = drawn(cell);
  const std::string text = without_direction_marks(report.text_of_page(1));
  INFO(cell << " in " << text);
  CHECK(text.find(cell) != std::string::npos);
  CHECK(report.rendered().missing_glyphs == 0);
  CHECK(report.rendered().replaced_bytes == 0);
  CHECK(report.faults() == "");
}

TEST_CASE("left-to-right text lies in the content stream in its own order", "[report][scripts]") {
  const std::string_view cell =
      GENERATE("Žluťoučký", "Ελληνικά", "русский", "e\u0301 a\u0308\u0304 q\u0323\u0307", "हिन्दी क्षत्रिय", "ภาษาไทยน้ำใจ",
               "株式会社サンプル", "👩‍👩‍👧‍👦👍🏽 and text");
  CHECK(joined(pieces_of_cell(drawn(cell))) == cell);
}

TEST_CASE("right-to-left text lies from the left, each cluster as it was written", "[report][scripts]") {
  const std::string_view cell = GENERATE("שלום עולם", "مرحبا بالعالم", "שָׁלוֹם", "مُحَمَّدٌ", "لا إله", "پاکستان");
  const DrawnReport report = drawn(cell);
  auto pieces = pieces_of_cell(report);
  REQUIRE(pieces.size() > 2);
  std::reverse(pieces.begin(), pieces.end());
  CHECK(joined(pieces) == cell);
}

TEST_CASE("text of both directions lies as Unicode's algorithm orders it, nothing lost", "[report][scripts]") {
  struct Mixed {
    std::string_view cell;
    std::string_view from_left;
  };
  const Mixed mixed = GENERATE(Mixed{"abc שלום xyz", "abc םולש xyz"}, Mixed{"שלום abc עולם", "םלוע abc םולש"},
                               Mixed{"total שלום 123 end", "total 123 םולש end"}, Mixed{"שלום (12)", ")12( םולש"},
                               Mixed{"日本 שלום", "日本 םולש"});
  const auto pieces = pieces_of_cell(drawn(mixed.cell));
  CHECK(joined(pieces) == mixed.from_left);
}

TEST_CASE("pdftotext finds every character of a cell that mixes directions", "[report][scripts]") {
  const std::string_view cell = GENERATE("Order שלום 42 محمد end", "محمد (CEO) 2026", "שָׁלוֹם abc");
  std::string text = drawn(cell).text();
  std::size_t at = 0;
  while (at < cell.size()) {
    std::size_t end = at + 1;
    while (end < cell.size() && (static_cast<unsigned char>(cell[end]) & 0xC0U) == 0x80) ++end;
    INFO(cell.substr(at, end - at));
    CHECK(text.find(cell.substr(at, end - at)) != std::string::npos);
    at = end;
  }
}

TEST_CASE("a character that no font has is a box on paper, itself when copied, and counted", "[report][scripts]") {
  const DrawnReport report = drawn("a\U0010FFF0b\U0010FFF1\U0010FFF0");
  CHECK(report.rendered().missing_glyphs == 3);
  CHECK(joined(pieces_of_cell(report)) == "a\U0010FFF0b\U0010FFF1\U0010FFF0");
  // The box is wider than its glyph says, which pdftotext takes for a space.
  std::string text = report.text();
  std::erase(text, ' ');
  CHECK(text.find("a\U0010FFF0b\U0010FFF1\U0010FFF0") != std::string::npos);
  CHECK(report.faults() == "");
}

TEST_CASE("every script is copied as it went in from headings, texts and wrapped cells too", "[report][scripts]") {
  const std::string_view words =
      GENERATE("Žluťoučký kůň", "Ελληνικά", "Русский", "日本語", "हिन्दी", "ภาษาไทย", "😀👍🏽", "مرحبا", "שלום");
  RenderSpec spec = titled(fmt::format("Title {}", words));
  Column cell;
  cell.field = "cell";
  cell.overflow = Overflow::wrap;
  cell.width_mm = 60;
  spec.report.sections = {HeadingSection{fmt::format("Heading {}", words), 1},
                          TextSection{fmt::format("Text **{}** here.", words)}, TableSection{{cell}}};
  const DrawnReport report(spec, fmt::format("cell\nCell {}\n", words));
  const std::string text = without_direction_marks(report.text());
  INFO(text);
  CHECK(count_of(words, text) == 5);  // the footer has the title too
  const auto outline = PdfFile(report.path()).outline();
  REQUIRE(outline.size() == 2);
  CHECK(outline[0].title == fmt::format("Title {}", words));
  CHECK(outline[1].title == fmt::format("Heading {}", words));
}
