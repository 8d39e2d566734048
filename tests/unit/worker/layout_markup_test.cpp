#include <string>

#include "tests/support/catch.hpp"
#include "worker/layout/markup.hpp"

using namespace platen::worker;

namespace {

/// The spans of one line, each as its text in <b>, <i> and <a …>.
std::string line(std::string_view source) {
  const auto paragraphs = parse_markup(source);
  REQUIRE(paragraphs.size() == 1);
  std::string shown;
  for (const Span& span : paragraphs[0].spans) {
    std::string text = span.text;
    if (span.italic) text = "<i>" + text + "</i>";
    if (span.bold) text = "<b>" + text + "</b>";
    if (!span.link.empty()) text = "<a " + span.link + ">" + text + "</a>";
    shown += text;
  }
  return shown;
}

std::string plain(const Paragraph& paragraph) {
  std::string text;
  for (const Span& span : paragraph.spans) text += span.text;
  return text;
}

}  // namespace

TEST_CASE("marks around words make them bold and italic", "[layout]") {
  CHECK(line("a **b c** d") == "a <b>b c</b> d");
  CHECK(line("*a*") == "<i>a</i>");
  CHECK(line("***a***") == "<b><i>a</i></b>");
  CHECK(line("**a *b* c**") == "<b>a </b><b><i>b</i></b><b> c</b>");
  CHECK(line("*a **b** c*") == "<i>a </i><b><i>b</i></b><i> c</i>");
  CHECK(line("*a **b***") == "<i>a </i><b><i>b</i></b>");
  CHECK(line("**a *b***") == "<b>a </b><b><i>b</i></b>");
  CHECK(line("un*believ*able") == "un<i>believ</i>able");
  CHECK(line("*a**b**c*") == "<i>a</i><b><i>b</i></b><i>c</i>");
  CHECK(line("**大阪**、*Zürich*") == "<b>大阪</b>、<i>Zürich</i>");
}

TEST_CASE("a mark without its partner, or between spaces, is text", "[layout]") {
  for (const char* text :
       {"a * b * c", "2 ** 3", "**a", "a**", "*", "**", "a *b", "****a****", "* a *", "_a_", "`a`", "# a", "<b>a</b>"})
    CHECK(line(text) == text);
  CHECK(line("*a **b*") == "<i>a **b</i>");
  CHECK(line("**a *b**") == "<b>a *b</b>");
  CHECK(line("*a**") == "<i>a</i>*");
}

TEST_CASE("a mark does not reach into the next line", "[layout]") {
  const auto paragraphs = parse_markup("**a\nb**");
  REQUIRE(paragraphs.size() == 2);
  CHECK(plain(paragraphs[0]) == "**a");
  CHECK(plain(paragraphs[1]) == "b**");
}

TEST_CASE("a link leads to http, https or mailto", "[layout]") {
  CHECK(line("see [the page](https://example.org/a?b=c#d).") == "see <a https://example.org/a?b=c#d>the page</a>.");
  CHECK(line("[a](HTTP://x)[b](mailto:a@b.example)") == "<a HTTP://x>a</a><a mailto:a@b.example>b</a>");
  CHECK(line("[**a** b](http://x)") == "<a http://x><b>a</b></a><a http://x> b</a>");
  CHECK(line("**[a](http://x)**") == "<a http://x><b>a</b></a>");
  CHECK(line("[[a](http://x)]") == "[<a http://x>a</a>]");
  CHECK(line("[a](http://x/b_(c))") == "<a http://x/b_(c)>a</a>");
  CHECK(line(R"([a\]](http://x/\)))") == "<a http://x/)>a]</a>");
  CHECK(line("[a](http://x/é\"<>)") == "<a http://x/%C3%A9%22%3C%3E>a</a>");
  CHECK(line("[a*b](http://x)") == "<a http://x>a*b</a>");
}

TEST_CASE("what is no such link stands as it was written", "[layout]") {
  for (const char* text :
       {"[a](javascript:alert(1))", "[a](file:///etc/passwd)", "[a](data:text/html,x)", "[a](x)", "[a]()",
        "[](http://x)", "[a](http://)", "[a](http:///x)", "[a](mailto:x)", "[a](http://x", "[a] (http://x)", "[a]", "[",
        "]", "[a](", "[a](http://x y)", "[a](http://x[)", "[a](httpss://x)", "http://x"})
    CHECK(line(text) == text);
  const std::string too_long = "[a](http://x/" + std::string(2000, 'y') + ")";
  CHECK(line(too_long) == too_long);
}

TEST_CASE("a backslash takes the meaning from punctuation, and stands before anything else", "[layout]") {
  CHECK(line(R"(\*a\* \[b\](http://x) \\ \a \)") == R"(*a* [b](http://x) \ \a \)");
  CHECK(line(R"(**a\**)") == "**a**");  // the star that is left is one
  CHECK(line(R"(**a\***\*)") == "<b>a*</b>*");
}

TEST_CASE("lines are paragraphs, and blank lines between them are one", "[layout]") {
  const auto paragraphs = parse_markup("\n \na\r\nb\rc\n\n\t\n\nd\n\n");
  REQUIRE(paragraphs.size() == 5);
  CHECK(plain(paragraphs[0]) == "a");
  CHECK(plain(paragraphs[1]) == "b");
  CHECK(plain(paragraphs[2]) == "c");
  CHECK(paragraphs[3].spans.empty());
  CHECK(plain(paragraphs[4]) == "d");
  CHECK(parse_markup("").empty());
  CHECK(parse_markup(" \n\n").empty());
}

TEST_CASE("long texts of nothing but marks are taken as quickly as any", "[layout]") {
  // Each of these is quadratic for a parser that looks for every mark's partner to the end.
  for (const char* piece : {"[", "[a](", "*a ", "**a *b ", "[a](http://x(", "\\", "***a", "a*"}) {
    std::string text;
    while (text.size() < 4'000'000) text += piece;
    const auto paragraphs = parse_markup(text);
    REQUIRE(paragraphs.size() == 1);
    CHECK_FALSE(paragraphs[0].spans.empty());
  }
}
