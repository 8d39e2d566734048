#include "http/text.hpp"
#include "tests/support/catch.hpp"

using namespace platen::http;

TEST_CASE("percent-decoding undoes escapes and refuses those that are broken or that split lines", "[http]") {
  CHECK(percent_decode("/a%20b%C3%A9") == "/a b\xC3\xA9");
  CHECK(percent_decode("") == "");
  for (const char* bad : {"%", "%2", "%zz", "%u0041", "a%0d", "a%0A", "%00"}) {
    CAPTURE(bad);
    CHECK_FALSE(percent_decode(bad).has_value());
  }
}
