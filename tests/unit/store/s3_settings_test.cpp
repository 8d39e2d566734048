#include "base/fd.hpp"
#include "store/s3/settings.hpp"
#include "store/s3/xml.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;
using test::TempDir;

namespace {

constexpr const char* a_key =
    "[other]\naws_access_key_id = WRONG\n[default]\r\n# a comment\naws_access_key_id = KEY\r\n"
    "aws_secret_access_key=se/cret=\n[last]\naws_secret_access_key = no\n";

s3::Options options_in(const TempDir& folder) {
  REQUIRE(write_file(folder / "key", a_key, 0600));
  s3::Options options;
  options.bucket = "reports";
  options.credentials_file = folder / "key";
  return options;
}

s3::Endpoint endpoint_of(s3::Options options, const std::string& url) {
  options.endpoint = url;
  return s3::target_of(options).value().value().endpoint;
}

}  // namespace

TEST_CASE("a credentials file is read as AWS's tools have it: of its default profile", "[s3]") {
  const auto key = s3::parse_credentials(a_key).value();
  CHECK(key.key_id == "KEY");
  CHECK(key.secret == "se/cret=");
  CHECK(key.session_token.empty());
  CHECK(s3::parse_credentials("aws_access_key_id=A\naws_secret_access_key=B\naws_session_token=C")
            .value()
            .session_token == "C");
  const auto without = s3::parse_credentials("aws_access_key_id=A");
  CHECK(without.error().detail == "has no aws_secret_access_key");
}

TEST_CASE("without a bucket there is none, and no other setting goes without one", "[s3]") {
  s3::Options options;
  CHECK_FALSE(s3::target_of(options).value());
  options.endpoint = "https://s3.example.com";
  CHECK_THAT(s3::target_of(options).error().detail, test::has_text("s3-bucket is not"));
}

TEST_CASE("the bucket stands in the host's name, or in the path where that is wanted or the host is an address",
          "[s3]") {
  TempDir folder;
  s3::Options options = options_in(folder);
  options.region = "eu-central-1";
  const auto own = s3::target_of(options).value().value();
  CHECK(own.endpoint.base == "https://reports.s3.eu-central-1.amazonaws.com");
  CHECK(own.endpoint.path.empty());
  CHECK(own.public_endpoint.base == own.endpoint.base);
  CHECK(endpoint_of(options, "https://S3.example.com:443/").host == "reports.s3.example.com");
  CHECK(endpoint_of(options, "http://127.0.0.1:9000").base == "http://127.0.0.1:9000");
  CHECK(endpoint_of(options, "http://127.0.0.1:9000").path == "/reports");
  CHECK(endpoint_of(options, "http://[::1]:9000").path == "/reports");
  options.path_style = true;
  CHECK(endpoint_of(options, "https://s3.example.com:9000").host == "s3.example.com:9000");
  CHECK(endpoint_of(options, "https://s3.example.com:9000").path == "/reports");
}

TEST_CASE("what cannot be a bucket, an endpoint, a prefix or a key is refused by the setting's name", "[s3]") {
  TempDir folder;
  const auto refusal = [&](auto change) {
    s3::Options options = options_in(folder);
    change(options);
    const auto target = s3::target_of(options);
    return target ? std::string() : target.error().detail.substr(0, target.error().detail.find(':'));
  };
  CHECK(refusal([](s3::Options&) {}).empty());
  CHECK(refusal([](s3::Options& o) { o.bucket = "Reports"; }) == "s3-bucket");
  CHECK(refusal([](s3::Options& o) { o.bucket = "a/b"; }) == "s3-bucket");
  CHECK(refusal([](s3::Options& o) { o.region = "eu/../x"; }) == "s3-region");
  CHECK(refusal([](s3::Options& o) { o.prefix = "/platen"; }) == "s3-prefix");
  CHECK(refusal([](s3::Options& o) { o.prefix = "a/../b"; }) == "s3-prefix");
  CHECK(refusal([](s3::Options& o) { o.prefix = "a b/"; }) == "s3-prefix");
  CHECK(refusal([](s3::Options& o) { o.endpoint = "s3.example.com"; }) == "s3-endpoint");
  CHECK(refusal([](s3::Options& o) { o.endpoint = "https://user:x@s3.example.com"; }) == "s3-endpoint");
  CHECK(refusal([](s3::Options& o) { o.endpoint = "https://s3.example.com/path"; }) == "s3-endpoint");
  CHECK(refusal([](s3::Options& o) { o.public_endpoint = "x"; }) == "s3-public-endpoint");
  CHECK(refusal([](s3::Options& o) { o.credentials_file = "/no/such/file"; }) == "s3-credentials-file");
  CHECK(refusal([](s3::Options& o) { o.ca_file = "/no/such/file"; }) == "s3-ca-file");
}

TEST_CASE("XML's texts are found and resolved, as far as S3's answers need it", "[s3]") {
  const std::string xml =
      "<List><Contents><Key>a&amp;b</Key></Contents><Contents><Key>&quot;c&lt;</Key></Contents></List>";
  const auto objects = s3::all_of(xml, "Contents");
  REQUIRE(objects.size() == 2);
  CHECK(s3::text_of(objects[0], "Key") == "a&b");
  CHECK(s3::text_of(objects[1], "Key") == "\"c<");
  CHECK_FALSE(s3::text_of(xml, "Code"));
  CHECK_FALSE(s3::text_of("<Code>cut", "Code"));
  CHECK(s3::escaped("\"a\"<&") == "&quot;a&quot;&lt;&amp;");
}
