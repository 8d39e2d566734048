#include "http/cross_origin.hpp"

#include <algorithm>
#include <iterator>

namespace platen::http {

namespace {

/// What our clients send beside the fields that every page may.
constexpr const char* allowed_fields =
    "Authorization, Content-Digest, Content-Range, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, "
    "Last-Event-ID, Prefer, Range, Repr-Digest, Traceparent, Tracestate, Upload-Length, X-Request-Id";
/// What pages may read beside the fields that they always may.
constexpr const char* exposed_fields =
    "Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, Link, Location, Preference-Applied, RateLimit, "
    "RateLimit-Policy, Retry-After, Upload-Complete, Upload-Length, Upload-Offset, WWW-Authenticate, X-Request-Id";
constexpr const char* preflight_lasts_seconds = "600";

constexpr std::string_view host_characters = "abcdefghijklmnopqrstuvwxyz0123456789-._[]:";

/// The one value of the field; empty where it is missing or doubled.
std::string_view only(const httplib::Headers& fields, const std::string& name) {
  const auto [first, end] = fields.equal_range(name);
  if (first == end || std::next(first) != end) return {};
  return first->second;
}

}  // namespace

Result<void> check_origin(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  const std::string_view host = scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
  const bool is_origin = (origin.starts_with("https://") || origin.starts_with("http://")) && !host.empty() &&
                         host.find_first_not_of(host_characters) == std::string_view::npos;
  if (is_origin) return {};
  return fail(
      Errc::invalid_request,
      "is not an origin: https://HOST or https://HOST:PORT in lower case, without a path or a slash at the end; "
      "there is no wildcard");
}

bool CrossOrigin::allows(std::string_view origin) const {
  return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

httplib::Headers CrossOrigin::answer_headers(const httplib::Headers& request, const std::string& methods) const {
  if (origins_.empty()) return {};
  const std::string_view origin = only(request, "Origin");
  // Also where there is none: a cache must not give this answer to a page of another origin.
  httplib::Headers fields{{"Vary", "Origin"}};
  if (!allows(origin)) return fields;
  fields.emplace("Access-Control-Allow-Origin", origin);
  fields.emplace("Access-Control-Allow-Credentials", "true");
  if (methods.empty()) {
    fields.emplace("Access-Control-Expose-Headers", exposed_fields);
    return fields;
  }
  fields.emplace("Access-Control-Allow-Methods", methods);
  fields.emplace("Access-Control-Allow-Headers", allowed_fields);
  fields.emplace("Access-Control-Max-Age", preflight_lasts_seconds);
  return fields;
}

}  // namespace platen::http
