#include "codec/json_text.hpp"

#include <limits>

#include "codec/json.hpp"
#include "tests/support/catch.hpp"

using namespace platen::codec;

TEST_CASE("texts, names and numbers are written as the library writes them", "[codec]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "plain, with 'quotes'", "a \"quote\"", "back\\slash", "line\nfeed",
               std::string("nul\0in it", 9), "\x7f", "na\xc3\xafve", "not UTF-8: \xff", "\xe2\x82");
  const double number = GENERATE(0.0, 24.0, 24.1, -1.5, 1e300, std::numeric_limits<double>::infinity());
  const auto count = GENERATE(std::numeric_limits<std::int64_t>::min(), std::int64_t{0}, std::int64_t{7});
  OrderedJson tree;
  tree["text"] = text;
  tree["of " + text] = 1;
  tree["number"] = number;
  tree["count"] = count;
  tree["most"] = std::numeric_limits<std::uint64_t>::max();
  tree["none"] = nullptr;
  CHECK(object_text([&](ObjectText& object) {
          object.put("text", text);
          object.put("of " + text, 1);
          object.put("number", number);
          object.put("count", count);
          object.put("most", std::numeric_limits<std::uint64_t>::max());
          object.put("none", std::optional<int>());
        }) == dump(tree));
}

TEST_CASE("objects and arrays have commas between what they hold", "[codec]") {
  CHECK(object_text([](ObjectText&) {}) == "{}");
  CHECK(object_text([](ObjectText& object) {
          { const ArrayText none(object.value("none")); }
          ArrayText some(object.value("some"));
          some.element() += "1";
          ObjectText inner(some.element());
          inner.put("a", "b");
        }) == R"({"none":[],"some":[1,{"a":"b"}]})");
}
