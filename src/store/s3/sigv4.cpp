#include "store/s3/sigv4.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <span>

#include "base/crypto.hpp"

namespace platen::s3 {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_encoded(std::string& to, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  if (is_unreserved(c)) {
    to += c;
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  to += '%';
  to += digits[byte >> 4U];
  to += digits[byte & 15U];
}

std::string sha256_hex(std::string_view text) {
  Sha256 hash;
  hash.update(std::span(text.data(), text.size()));
  return hex(hash.finish());
}

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string date_time(TimePoint now) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

/// The day, region and service that a signature is good for.
std::string scope_of(std::string_view at, std::string_view region) {
  return fmt::format("{}/{}/s3/aws4_request", at.substr(0, 8), region);
}

std::string signed_names(const Params& headers) {
  std::string names;
  for (const auto& [name, value] : headers) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

/// `headers` with `host`.
std::string signature_of(const Request& request, const Params& headers, std::string_view payload_sha256,
                         const Credentials& credentials, std::string_view region, std::string_view at) {
  std::string canonical = request.method;
  canonical += '\n';
  canonical += encode_path(request.path);
  canonical += '\n';
  canonical += encode_query(request.query);
  canonical += '\n';
  for (const auto& [name, value] : headers) canonical += fmt::format("{}:{}\n", name, value);
  canonical += fmt::format("\n{}\n{}", signed_names(headers), payload_sha256);
  const std::string scope = scope_of(at, region);
  const std::string to_sign = fmt::format("{}\n{}\n{}\n{}", algorithm, at, scope, sha256_hex(canonical));
  Digest key = hmac_sha256(std::string("AWS4").append(credentials.secret), at.substr(0, 8));
  for (const std::string_view part : {region, std::string_view("s3"), std::string_view("aws4_request")})
    key = hmac_sha256(bytes_of(key), part);
  return hex(hmac_sha256(bytes_of(key), to_sign));
}

}  // namespace

std::string encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) append_encoded(encoded, c);
  return encoded;
}

std::string encode_path(std::string_view path) {
  std::string encoded;
  for (const char c : path) {
    if (c == '/')
      encoded += c;
    else
      append_encoded(encoded, c);
  }
  return encoded;
}

std::string encode_query(const Params& query) {
  // In the order of what is encoded, which only differs for names that nobody gives.
  Params encoded;
  for (const auto& [name, value] : query) encoded[encode(name)] = encode(value);
  std::string text;
  for (const auto& [name, value] : encoded) text += fmt::format("{}{}={}", text.empty() ? "" : "&", name, value);
  return text;
}

Params sign(const Request& request, std::string_view payload_sha256, const Credentials& credentials,
            std::string_view region, TimePoint now) {
  const std::string at = date_time(now);
  Params headers = request.headers;
  headers["x-amz-content-sha256"] = payload_sha256;
  headers["x-amz-date"] = at;
  if (!credentials.session_token.empty()) headers["x-amz-security-token"] = credentials.session_token;
  Params covered = headers;
  covered["host"] = request.host;
  headers["authorization"] = fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
                                         credentials.key_id, scope_of(at, region), signed_names(covered),
                                         signature_of(request, covered, payload_sha256, credentials, region, at));
  return headers;
}

Params presign(const Request& request, std::chrono::seconds lifetime, const Credentials& credentials,
               std::string_view region, TimePoint now) {
  const std::string at = date_time(now);
  Request whole = request;
  whole.query["X-Amz-Algorithm"] = algorithm;
  whole.query["X-Amz-Credential"] = fmt::format("{}/{}", credentials.key_id, scope_of(at, region));
  whole.query["X-Amz-Date"] = at;
  whole.query["X-Amz-Expires"] = std::to_string(lifetime.count());
  whole.query["X-Amz-SignedHeaders"] = "host";
  if (!credentials.session_token.empty()) whole.query["X-Amz-Security-Token"] = credentials.session_token;
  Params query = whole.query;
  query["X-Amz-Signature"] = signature_of(whole, {{"host", request.host}}, unsigned_payload, credentials, region, at);
  return query;
}

}  // namespace platen::s3
