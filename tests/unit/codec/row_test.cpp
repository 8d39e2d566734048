#include "codec/row_json.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::codec;

TEST_CASE("an array of rows becomes one line for each", "[codec]") {
  CHECK(rows_to_ndjson(R"([{"a":1,"b":"x,]\"y"},{"a":[1,2]}])").value() ==
        "{\"a\":1,\"b\":\"x,]\\\"y\"}\n{\"a\":[1,2]}\n");
  CHECK(rows_to_ndjson("[ {\n\"a\" : \" \\\\\" } ,\t{} ]\n").value() == "{\"a\":\" \\\\\"}\n{}\n");
  CHECK(rows_to_ndjson("[]").value().empty());
}

TEST_CASE("text that is no array of rows is refused", "[codec]") {
  const auto text = GENERATE("", "{}", "[", "[{}", "]", "[\"a", "[\"a\\");
  INFO(text);
  CHECK_FALSE(rows_to_ndjson(text));
}
