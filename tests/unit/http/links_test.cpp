#include "http/links.hpp"

#include <sys/stat.h>

#include <fstream>
#include <map>

#include "base/clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hand_clock.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;
using namespace platen::http;
using namespace std::chrono_literals;

namespace {

const JobId job{"job_00000000000000000000000001"};
const JobId other_job{"job_00000000000000000000000002"};
const LinkKey old_key{"old", std::string(32, 'a')};
const LinkKey new_key{"new", std::string(32, 'b')};

/// A link's path taken apart as a client's request would be.
struct Parts {
  explicit Parts(std::string_view path) {
    for (std::string_view query = path.substr(path.find('?') + 1); !query.empty();) {
      const std::string_view pair = query.substr(0, query.find('&'));
      query.remove_prefix(std::min(pair.size() + 1, query.size()));
      values[std::string(pair.substr(0, pair.find('=')))] = pair.substr(pair.find('=') + 1);
    }
  }
  [[nodiscard]] Result<void> check(const LinkSigner& signer, const JobId& id = job) const {
    return signer.check(default_tenant(), id, values.at("exp"), values.at("kid"), values.at("sig"));
  }
  std::map<std::string, std::string> values;
};

}  // namespace

TEST_CASE("a link is good until it lapses", "[links]") {
  test::HandClock clock;
  const HmacLinkSigner signer({new_key}, 1h, clock);
  const SignedLink link = signer.sign(default_tenant(), job);
  CHECK(link.path.rfind("/d/" + job.text + "?exp=", 0) == 0);
  CHECK(link.expires_at == clock.now() + 1h);
  const Parts parts(link.path);
  CHECK(parts.check(signer));
  clock.advance(1h - 1s);
  CHECK(parts.check(signer));
  clock.advance(1s);
  CHECK(parts.check(signer).error().code == Errc::forbidden);
}

TEST_CASE("a link altered in any part is refused", "[links]") {
  test::HandClock clock;
  const HmacLinkSigner signer({new_key, old_key}, 1h, clock);
  const Parts good(signer.sign(default_tenant(), job).path);
  CHECK(good.check(signer, other_job).error().code == Errc::forbidden);
  CHECK_FALSE(signer.check(Tenant{"other"}, job, good.values.at("exp"), "new", good.values.at("sig")));
  for (const auto& [name, value] : good.values) {
    for (const std::string& altered : {value + "0", value.substr(1), std::string(), "9" + value.substr(1),
                                       "old" + value, std::string("old"), std::string("99999999999999999999999")}) {
      Parts bad = good;
      bad.values[name] = altered;
      if (altered != value) CHECK_FALSE(bad.check(signer));
    }
  }
}

TEST_CASE("the first key signs and each of them checks", "[links]") {
  test::HandClock clock;
  const HmacLinkSigner before({old_key}, 1h, clock);
  const HmacLinkSigner during({new_key, old_key}, 1h, clock);
  const HmacLinkSigner after({new_key}, 1h, clock);
  const Parts old_link(before.sign(default_tenant(), job).path);
  const Parts new_link(during.sign(default_tenant(), job).path);
  CHECK(old_link.check(during));
  CHECK(new_link.values.at("kid") == "new");
  CHECK(new_link.check(after));
  CHECK_FALSE(old_link.check(after));
}

TEST_CASE("the file of keys is made once, for its owner's eyes alone", "[links]") {
  const test::TempDir folder;
  const std::string path = folder / "link-keys";
  const auto made = load_or_create_link_keys(path);
  REQUIRE(made);
  REQUIRE(made->size() == 1);
  CHECK(made->front().secret.size() == 32);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  const auto again = load_or_create_link_keys(path);
  REQUIRE(again);
  CHECK(again->front().secret == made->front().secret);

  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  CHECK_FALSE(load_or_create_link_keys(path));
}

TEST_CASE("keys are read one a line, and a bad line is named without being shown", "[links]") {
  const std::string secret(64, 'f');
  const auto keys = parse_link_keys("# two\n\nb " + secret + "\na  " + secret + "\n");
  REQUIRE(keys);
  REQUIRE(keys->size() == 2);
  CHECK(keys->front().id == "b");
  CHECK(keys->front().secret == std::string(32, '\xff'));

  for (const std::string& bad : {"b " + secret.substr(1), std::string("b xyz"), "b/c " + secret, secret}) {
    const auto refused = parse_link_keys("a " + secret + "\n" + bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail.find("Line 2") == 0);
    CHECK(refused.error().detail.find(secret.substr(1)) == std::string::npos);
  }
  CHECK_FALSE(parse_link_keys("# none\n"));
}
