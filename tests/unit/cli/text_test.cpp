#include "cli/text.hpp"

#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::cli;
using std::chrono::milliseconds;

TEST_CASE("counts have commas", "[cli]") {
  CHECK(count_text(0) == "0");
  CHECK(count_text(999) == "999");
  CHECK(count_text(1000) == "1,000");
  CHECK(count_text(12'200) == "12,200");
  CHECK(count_text(1'234'567) == "1,234,567");
}

TEST_CASE("sizes are in powers of ten", "[cli]") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(999) == "999 B");
  CHECK(bytes_text(1000) == "1.0 kB");
  CHECK(bytes_text(999'949) == "999.9 kB");
  CHECK(bytes_text(999'950) == "1.0 MB");
  CHECK(bytes_text(1'940'000) == "1.9 MB");
  CHECK(bytes_text(5'000'000'000) == "5.0 GB");
}

TEST_CASE("durations are as exact as they need to be", "[cli]") {
  CHECK(duration_text(milliseconds(-5)) == "0.0 s");
  CHECK(duration_text(milliseconds(400)) == "0.4 s");
  CHECK(duration_text(milliseconds(9949)) == "9.9 s");
  CHECK(duration_text(milliseconds(9950)) == "10 s");
  CHECK(duration_text(milliseconds(59'499)) == "59 s");
  CHECK(duration_text(milliseconds(59'500)) == "1 min 0 s");
  CHECK(duration_text(milliseconds(125'000)) == "2 min 5 s");
  CHECK(duration_text(milliseconds(10'920'000)) == "3 h 2 min");
}

TEST_CASE("a bar fills from the left and never past its end", "[cli]") {
  CHECK(bar(0, 4, {}) == "[░░░░]");
  CHECK(bar(24.9, 4, {}) == "[░░░░]");
  CHECK(bar(25, 4, {}) == "[█░░░]");
  CHECK(bar(99.9, 4, {}) == "[███░]");
  CHECK(bar(100, 4, {}) == "[████]");
  CHECK(bar(250, 4, {}) == "[████]");
  CHECK(bar(-1, 4, {}) == "[░░░░]");
  CHECK(bar(50, 4, {.unicode = false}) == "[##--]");
  CHECK(bar(50, 4, {.colours = true}) == "[\x1b[36m██\x1b[0m░░]");
}

TEST_CASE("a line of progress has what fits on the terminal", "[cli]") {
  const Progress progress{Stage::render, 12'200, 20'000, 61.3, 244, milliseconds(400)};
  LineStyle style{.width = 100, .unicode = false};
  CHECK(progress_line(progress, style) ==
        "render  [##############----------]  61 %  12,200/20,000 rows  244 pages  0.4 s left");
  CHECK(progress_line(progress, style, 81'000.4) ==
        "render  [##############----------]  61 %  12,200/20,000 rows  81,000 rows/s  244 pages  0.4 s left");
  style.width = 75;
  CHECK(progress_line(progress, style) ==
        "render  [#########-------]  61 %  12,200/20,000 rows  244 pages  0.4 s left");
  style.width = 50;
  CHECK(progress_line(progress, style) == "render  [####----]  61 %  12,200/20,000 rows");
  style.width = 20;
  CHECK(progress_line(progress, style) == "render    61 %");
}

TEST_CASE("names of others cannot drive the terminal", "[cli]") {
  CHECK(harmless("größe 日本語 😀\n\tok") == "größe 日本語 😀\n\tok");
  CHECK(harmless("\x1b[2J\x07\x7f\r") == "\uFFFD[2J\uFFFD\uFFFD\uFFFD");
  CHECK(harmless("a\u009b31mb") == "a\uFFFD31mb");
  CHECK(harmless("\u202egnp.exe\u2066x\u2069") == "\uFFFDgnp.exe\uFFFDx\uFFFD");
  CHECK(harmless("\u2014\u201d\xe2") == "\u2014\u201d\xe2");
}

TEST_CASE("a label has its width, and keeps a long name's end", "[cli]") {
  CHECK(label_text("a.csv", 8) == "a.csv   ");
  CHECK(label_text("data/größe.csv", 9) == "…röße.csv");
  CHECK(characters_in(label_text("日本語のとても長い名前.csv", 9)) == 9);
}

TEST_CASE("rows a second are those of the drawing, by the events' own times", "[cli]") {
  RowRate rate;
  const auto at = [](int ms) { return TimePoint(milliseconds(ms)); };
  CHECK_FALSE(rate.after({Stage::scan, 500, 1000, 1, 0, {}}, at(0)));
  CHECK_FALSE(rate.after({Stage::scan, 900, 1000, 1, 0, {}}, at(1000)));
  CHECK_FALSE(rate.after({Stage::render, 100, 1000, 1, 0, {}}, at(2000)));
  CHECK_FALSE(rate.after({Stage::render, 200, 1000, 1, 0, {}}, at(2100)));
  CHECK(rate.after({Stage::render, 600, 1000, 1, 0, {}}, at(2500)) == 1000.0);
  CHECK_FALSE(rate.after({Stage::render, 100, 1000, 1, 0, {}}, at(9000)));  // another attempt
  CHECK_FALSE(rate.after({Stage::render, 700, 1000, 1, 0, {}}, std::nullopt));
}

TEST_CASE("a line of progress leaves out what is not known", "[cli]") {
  const LineStyle style{.width = 100, .unicode = false};
  CHECK(progress_line({}, style) == "scan    [------------------------]   0 %");
  CHECK(progress_line({Stage::scan, 500, 0, 1, 0, {}}, style) == "scan    [------------------------]   1 %  500 rows");
  CHECK(progress_line({Stage::store, 5, 5, 100, 1, {}}, style) ==
        "store   [########################] 100 %  5/5 rows  1 page");
}

TEST_CASE("an upload of unknown size shows how much is sent", "[cli]") {
  const LineStyle style{.width = 100, .unicode = false};
  CHECK(upload_line(1'200'000, 0, style) == "upload  1.2 MB");
  CHECK(upload_line(600'000, 1'200'000, style) == "upload  [############------------]  50 %  600.0 kB of 1.2 MB");
}

TEST_CASE("plain progress is a sentence", "[cli]") {
  CHECK(plain_progress({Stage::render, 12'200, 20'000, 61.9, 244, milliseconds(1)}) ==
        "render 61 %, 12,200 of 20,000 rows, 244 pages");
  CHECK(plain_progress({}) == "scan 0 %");
}

TEST_CASE("a result tells what was left out of it", "[cli]") {
  codec::RemoteResult result{.url = "", .bytes = 1'900'000, .pages = 244, .rows = 20'000, .filename = ""};
  CHECK(result_text(result) == "20,000 rows, 244 pages, 1.9 MB");
  result.skipped_rows = 3;
  result.replaced_bytes = 2;
  CHECK(result_text(result) == "20,000 rows, 244 pages, 1.9 MB; bad rows left out: 3; invalid text replaced: 2");
  result.skipped_rows = result.replaced_bytes = 0;
  result.missing_glyphs = 4;
  CHECK(result_text(result) == "20,000 rows, 244 pages, 1.9 MB; characters that no font has: 4");
}

TEST_CASE("one line passes for each ten percent", "[cli]") {
  TenPercents pace;
  std::string passed;
  for (int percent = 0; percent <= 100; ++percent)
    if (pace.passes(percent)) passed += std::to_string(percent) + " ";
  CHECK(passed == "0 10 20 30 40 50 60 70 80 90 100 ");
  CHECK_FALSE(pace.passes(100));
  pace.restart();
  CHECK(pace.passes(37));
  CHECK_FALSE(pace.passes(39.9));
  CHECK(pace.passes(55));
}
