// The signatures of AWS's own examples: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
#include "store/s3/sigv4.hpp"

#include "tests/support/catch.hpp"

using namespace platen;

namespace {

const s3::Credentials their_key{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
constexpr TimePoint then{std::chrono::seconds(1'369'353'600)};  // 24 May 2013, midnight
constexpr const char* host = "examplebucket.s3.amazonaws.com";
constexpr const char* nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string signature_of(const s3::Request& request, const std::string& payload = nothing) {
  const std::string field = s3::sign(request, payload, their_key, "us-east-1", then).at("authorization");
  return field.substr(field.find("Signature=") + 10);
}

}  // namespace

TEST_CASE("requests have the signatures of AWS's examples", "[s3]") {
  CHECK(signature_of({.host = host, .path = "/test.txt", .headers = {{"range", "bytes=0-9"}}}) ==
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  CHECK(signature_of(
            {.method = "PUT",
             .host = host,
             .path = "/test$file.text",
             .headers = {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}}},
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072") ==
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  CHECK(signature_of({.host = host, .path = "/", .query = {{"lifecycle", ""}}}) ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(signature_of({.host = host, .path = "/", .query = {{"prefix", "J"}, {"max-keys", "2"}}}) ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("a signed request says what is signed, and the day, region and service it is good for", "[s3]") {
  const auto headers = s3::sign({.host = host, .path = "/test.txt", .headers = {{"range", "bytes=0-9"}}}, nothing,
                                {"KEY", "secret", "a token"}, "eu-central-1", then);
  CHECK(headers.at("x-amz-date") == "20130524T000000Z");
  CHECK(headers.at("x-amz-content-sha256") == nothing);
  CHECK(headers.at("x-amz-security-token") == "a token");
  CHECK(headers.at("range") == "bytes=0-9");
  CHECK(headers.at("authorization")
            .rfind("AWS4-HMAC-SHA256 Credential=KEY/20130524/eu-central-1/s3/aws4_request, "
                   "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date;"
                   "x-amz-security-token, Signature=",
                   0) == 0);
}

TEST_CASE("a link has the signature of AWS's example", "[s3]") {
  const auto query =
      s3::presign({.host = host, .path = "/test.txt"}, std::chrono::hours(24), their_key, "us-east-1", then);
  CHECK(query.at("X-Amz-Signature") == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  CHECK(query.at("X-Amz-Credential") == "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request");
  CHECK(query.at("X-Amz-Expires") == "86400");
}

TEST_CASE("paths keep their slashes, and everything else is encoded as RFC 3986 has it", "[s3]") {
  CHECK(s3::encode("a b/c=d+e~f-g._h") == "a%20b%2Fc%3Dd%2Be~f-g._h");
  CHECK(s3::encode("\xC3\xA9*'()!") == "%C3%A9%2A%27%28%29%21");
  CHECK(s3::encode_path("/a b/c=d") == "/a%20b/c%3Dd");
  CHECK(s3::encode_query({{"b", "x y"}, {"a", ""}, {"B", "&="}}) == "B=%26%3D&a=&b=x%20y");
}
