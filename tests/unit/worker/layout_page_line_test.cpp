#include "tests/support/catch.hpp"
#include "worker/layout/page_line.hpp"

using namespace platen::worker;

TEST_CASE("the names in a page line are replaced, doubled braces are braces", "[layout]") {
  const PageLineValues values{"Orders", "All", "Finance", "1 March 2026", "12:00", 3, 17};
  CHECK(expand("{title}, {subtitle}, {author}", values) == "Orders, All, Finance");
  CHECK(expand("{date} {time}", values) == "1 March 2026 12:00");
  CHECK(expand("Page {page} of {pages}", values) == "Page 3 of 17");
  CHECK(expand("{{page}} {{{page}}}", values) == "{page} {3}");
  CHECK(expand("", values).empty());
}

TEST_CASE("what is no name in a page line stands as it is", "[layout]") {
  const PageLineValues values{"{page}", "", "", "", "", 3, 17};
  CHECK(expand("{nobody} {", values) == "{nobody} {");
  CHECK(expand("} {page", values) == "} {page");
  CHECK(expand("{title}", values) == "{page}");  // what is put in is not looked at again
}
