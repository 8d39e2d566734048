// AWS's Signature Version 4, as S3 wants it:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
//
// Our own, not libcurl's CURLOPT_AWS_SIGV4: that one encodes paths and queries in another way than S3 (curl's issue
// 13754), leaves out x-amz-content-sha256 in Debian 12's version (8810), and cannot make links.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "platen/time.hpp"

namespace platen::s3 {

/// A key of an account. The token is what temporary ones have besides.
struct Credentials {
  std::string key_id;
  std::string secret;
  std::string session_token = {};
};

using Params = std::map<std::string, std::string, std::less<>>;

/// What a signature covers. Nothing in it is percent-encoded yet.
struct Request {
  std::string method = "GET";
  std::string host;     ///< as in the `Host` header: with the port where it is not the scheme's own
  std::string path;     ///< begins with a slash
  Params query = {};    ///< values are empty where there are none
  Params headers = {};  ///< besides `host`; names in lower case
};

inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

/// `text` with everything but letters, digits and `-._~` percent-encoded; slashes too, unless it is a path.
[[nodiscard]] std::string encode(std::string_view text);
[[nodiscard]] std::string encode_path(std::string_view path);
/// `a=1&b=`, encoded and in order.
[[nodiscard]] std::string encode_query(const Params& query);

/// The headers of a signed request, `request.headers` included: those that it adds are `authorization`,
/// `x-amz-content-sha256`, `x-amz-date` and `x-amz-security-token`. `payload_sha256` is that of the body, in lower-case
/// hex, or `unsigned_payload`.
[[nodiscard]] Params sign(const Request& request, std::string_view payload_sha256, const Credentials& credentials,
                          std::string_view region, TimePoint now);

/// The query of a link that anybody may follow for `lifetime` (at most a week), with the method and the path of
/// `request`, and no headers but `host`.
[[nodiscard]] Params presign(const Request& request, std::chrono::seconds lifetime, const Credentials& credentials,
                             std::string_view region, TimePoint now);

}  // namespace platen::s3
