// Times as text, both ways.
#include "base/clock.hpp"

#include "tests/support/catch.hpp"

namespace platen::test {

TEST_CASE("a time is read back from its text to the millisecond", "[clock]") {
  for (const long long ms : {0LL, 951'827'696'789LL, 1'772'344'800'000LL, 4'102'444'799'999LL}) {
    const TimePoint time = from_unix_ms(ms);
    CHECK(parse_rfc3339(rfc3339(time)) == time);
  }
}

TEST_CASE("times are read with every offset and any number of digits", "[clock]") {
  const TimePoint six = *parse_rfc3339("2026-03-01T06:00:00Z");
  CHECK(unix_ms(six) == 1'772'344'800'000);
  for (const char* const text : {"2026-03-01t06:00:00z", "2026-03-01T07:00:00+01:00", "2026-02-28T22:30:00-07:30",
                                 "2026-03-01T06:00:00.000999999Z", "2026-03-01T06:00:00-00:00"}) {
    INFO(text);
    CHECK(parse_rfc3339(text) == six);
  }
  CHECK(parse_rfc3339("2026-03-01T06:00:00.5Z") == six + std::chrono::milliseconds(500));
  CHECK(parse_rfc3339("2026-03-01T05:59:60Z") == six);  // a leap second
}

TEST_CASE("what is no time, or none that exists, is refused", "[clock]") {
  for (const char* const text :
       {"", "now", "2026-03-01", "2026-03-01T06:00:00", "2026-03-01 06:00:00Z", "2026-02-29T06:00:00Z",
        "2026-13-01T06:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T06:60:00Z", "2026-03-01T06:00:61Z",
        "2026-03-01T06:00:00+24:00", "2026-03-01T06:00:00+0100", "2026-03-01T06:00:00.Z", "2026-03-01T06:00:00Zulu",
        "26-03-01T06:00:00Z", "2026-3-1T06:00:00Z", " 2026-03-01T06:00:00Z", "-026-03-01T06:00:00Z",
        "2026-03-01 06:00:00.55Z"}) {
    INFO(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

}  // namespace platen::test
