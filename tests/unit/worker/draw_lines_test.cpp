#include <string>
#include <string_view>
#include <vector>

#include "platen/report.hpp"
#include "tests/support/catch.hpp"
#include "worker/draw/fonts.hpp"
#include "worker/draw/lines.hpp"

using namespace platen;
using namespace platen::worker;

namespace {

constexpr double no_limit = 1e9;

Face face() {
  static Fonts fonts;
  static const Typefaces faces = fonts.family(Theme{}.font).value();
  return {faces.regular, 10};
}

double width_of(std::string_view text) { return face().measure(text, no_limit).width; }

using Lines = std::vector<std::string_view>;

Lines broken(std::string_view text, double width, std::size_t most = 100) {
  Lines lines;
  REQUIRE(break_lines(text, face(), width, most, lines));
  return lines;
}

}  // namespace

TEST_CASE("lines break after spaces, hyphens and slashes, and lose the spaces at their ends", "[draw]") {
  CHECK(broken("one two", width_of("one two")) == Lines{"one two"});
  CHECK(broken("one two", width_of("one tw")) == Lines{"one", "two"});
  CHECK(broken("one   two", width_of("one ")) == Lines{"one", "two"});
  CHECK(broken("well-known", width_of("well-kn")) == Lines{"well-", "known"});
  CHECK(broken("and/or", width_of("and/o")) == Lines{"and/", "or"});
  CHECK(broken("one two", width_of("one")) == Lines{"one", "two"});
}

TEST_CASE("a word that is wider than a line breaks anywhere, by a character at least", "[draw]") {
  CHECK(broken("aaaa", width_of("aa")) == Lines{"aa", "aa"});
  CHECK(broken("éé", 0.1) == Lines{"é", "é"});
}

TEST_CASE("a text's own line breaks are kept, empty lines too", "[draw]") {
  CHECK(broken("a\n\nb", 100) == Lines{"a", "", "b"});
  CHECK(broken("", 100) == Lines{""});
}

TEST_CASE("the last line that is allowed holds all the rest", "[draw]") {
  CHECK(broken("one two three four", width_of("three"), 2) == Lines{"one", "two three four"});
  CHECK(broken("a\nb\nc", 100, 2) == Lines{"a", "b\nc"});
}

TEST_CASE("text that needs shaping is not broken here", "[draw]") {
  Lines lines{"left over"};
  CHECK_FALSE(break_lines("abc 日本", face(), 100, 10, lines));
  CHECK(lines.empty());
}

TEST_CASE("Latin, Greek and Cyrillic are fast, and what combines, joins or runs leftwards is not", "[draw]") {
  for (const std::string_view fast : {"Žluť €5 – “x”…", "Ελληνικά", "Русский", "−½²"}) {
    INFO(fast);
    CHECK(face().measure(fast, no_limit).fast);
  }
  for (const std::string_view shaped : {"e\u0301", "שלום", "محمد", "日本", "हिन्दी", "a\u200Fb", "a\u00ADb"}) {
    INFO(shaped);
    CHECK_FALSE(face().measure(shaped, no_limit).fast);
  }
}

TEST_CASE("a code point that shares its glyph with another one is left to the shaper", "[draw]") {
  // U+2126 OHM SIGN and U+03A9 are one glyph in most fonts; only one of them may be read back from it.
  const bool ohm = face().measure("\u2126", no_limit).fast;
  const bool omega = face().measure("\u03A9", no_limit).fast;
  const bool one_glyph = !(ohm && omega);
  CHECK((one_glyph || face().typeface->glyph(U'\u2126').glyph != face().typeface->glyph(U'\u03A9').glyph));
}
