#include "cli/selection.hpp"

#include "tests/support/catch.hpp"

using namespace platen::cli;

namespace {

bool fits_all(const std::vector<std::string>& texts) {
  platen::codec::RemoteJob job;
  job.tags = {{"team", "finance"}, {"month", "2026-03"}};
  return fits(job, parse_tag_patterns(texts).value());
}

}  // namespace

TEST_CASE("tags are matched by the shell's patterns, all of them", "[cli]") {
  CHECK(fits_all({}));
  CHECK(fits_all({"team=finance"}));
  CHECK(fits_all({"team=fin*", "month=2026-0[1-3]"}));
  CHECK(fits_all({"t??m=*", "*=2026-*"}));
  CHECK_FALSE(fits_all({"team=fin"}));
  CHECK_FALSE(fits_all({"team=finance", "month=2025-*"}));
  CHECK_FALSE(fits_all({"region=*"}));
}

TEST_CASE("a pattern without a name or a value's sign is refused, and says what one looks like", "[cli]") {
  CHECK(parse_tag_patterns({"team="}).has_value());
  for (const char* text : {"team", "=finance", ""}) {
    const auto refused = parse_tag_patterns({text});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.find("team=fin*") != std::string::npos);
  }
}
