// Streams and descriptors.
#include "app/descriptors.hpp"

#include "tests/support/catch.hpp"

using platen::app::most_streams;

TEST_CASE("18,000 streams go into 20,000 descriptors, and fewer into fewer, with some left for requests") {
  CHECK(most_streams(65'536, 512) == 18'000);
  CHECK(most_streams(20'000, 512) == 18'000);
  CHECK(most_streams(1'024, 512) == 480);
  CHECK(most_streams(512, 512) == 0);
  CHECK(most_streams(0, 512) == 0);
}
