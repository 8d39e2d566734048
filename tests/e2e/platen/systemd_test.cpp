// What systemd gives to the programs, given by hand. The units themselves: tests/systemd/boot.sh.
#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;
using platen::test::has_text;

TEST_CASE("links are signed with the key that systemd gives as a credential", "[systemd]") {
  const test::TempDir credentials;
  REQUIRE(write_file(credentials / "platend.signing-key", "stored " + std::string(64, '7') + "\n", 0440));
  test::Installation site({.front_wrapper = {"env", "CREDENTIALS_DIRECTORY=" + credentials.path().string()}});
  const std::string answer =
      test::curl({"-H", "Prefer: wait=60", "-H", "Content-Type: application/json", "-d",
                  R"({"report":{"title":"Orders"},"data":{"rows":[{"id":1}]}})", site.url() + "/v1/jobs"});
  CHECK_THAT(answer, has_text("succeeded"));
  CHECK_THAT(answer, has_text("kid=stored"));
}
