#include "base/nearest.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using platen::did_you_mean;
using platen::edit_distance;
using platen::nearest;

TEST_CASE("an edit is a letter put in, left out, replaced, or swapped with its neighbour", "[nearest]") {
  CHECK(edit_distance("listen", "listen") == 0);
  CHECK(edit_distance("listn", "listen") == 1);
  CHECK(edit_distance("listten", "listen") == 1);
  CHECK(edit_distance("lisden", "listen") == 1);
  CHECK(edit_distance("litsen", "listen") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("Total", "total") == 0);
}

TEST_CASE("the nearest known name is offered, the first of equals", "[nearest]") {
  const std::vector<std::string> known{"title", "subtitle", "sections", "page"};
  CHECK(nearest("tilte", known) == "title");
  CHECK(nearest("section", known) == "sections");
  CHECK(did_you_mean("pages", known) == " Did you mean 'page'?");
}

TEST_CASE("nothing is offered where nothing is near", "[nearest]") {
  const std::vector<std::string> known{"title", "page"};
  CHECK_FALSE(nearest("watermark", known));
  CHECK(did_you_mean("x", known).empty());
  CHECK_FALSE(nearest("title", std::vector<std::string>{}));
}

TEST_CASE("an endless name costs bounded work, and is like no other", "[nearest]") {
  const std::string endless(1'000'000, 'a');
  CHECK_FALSE(nearest(endless, std::vector<std::string>{"title"}));
}
