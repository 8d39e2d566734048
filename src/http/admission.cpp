#include "http/admission.hpp"

#include <algorithm>
#include <array>

#include "http/media_type.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

Admission refused(int status, Errc code, std::string_view detail) {
  return {.course = Course::refuse, .refusal = {status, code, detail}};
}

Admission no_route(RouteTable::Match match) {
  if (match.allow.empty()) return refused(404, Errc::not_found, "There is nothing at this path.");
  Admission admission = refused(405, Errc::method_not_allowed, "The path does not take this method.");
  admission.allow = std::move(match.allow);
  return admission;
}

Admission options(const Head& head, const RouteTable& routes) {
  if (head.target.path == "*") return {.course = Course::options, .allow = routes.all_methods()};
  RouteTable::Match match = routes.find(head.method, head.target.path);
  if (match.allow.empty()) return no_route(std::move(match));
  return {.course = Course::options, .allow = std::move(match.allow)};
}

Admission with_body(Course course, const Head& head, std::uint64_t limit_bytes) {
  if (head.framing == Framing::length && head.content_length > limit_bytes)
    return refused(413, Errc::too_large, "The body is larger than it may be.");
  return {.course = course, .body_limit_bytes = limit_bytes};
}

Admission json(const Head& head, const Limits& limits) {
  if (head.framing != Framing::none && !is_json_type(head.content_type))
    return refused(415, Errc::unsupported_media, "The body's Content-Type is not application/json.");
  return with_body(Course::collect, head, limits.json_bytes);
}

Admission for_body(Body body, const Head& head, const Limits& limits) {
  switch (body) {
    case Body::none: return with_body(Course::skip, head, limits.skipped_body_bytes);
    case Body::json: return json(head, limits);
    case Body::file:
      if (head.framing == Framing::none) return with_body(Course::collect, head, 0);
      return with_body(Course::upload_file, head, limits.upload_bytes);
    case Body::part: return with_body(Course::upload_part, head, limits.upload_bytes);
    case Body::json_or_form: break;
  }
  if (is_form_type(head.content_type)) return with_body(Course::upload_form, head, limits.upload_bytes);
  return json(head, limits);
}

/// Fields that end at the door. The last four are those that the library would put in itself.
constexpr std::array<std::string_view, 16> kept_from_handlers{"accept-encoding",
                                                              "connection",
                                                              "content-encoding",
                                                              "content-length",
                                                              "content-type",
                                                              "expect",
                                                              "host",
                                                              "keep-alive",
                                                              "proxy-connection",
                                                              "te",
                                                              "trailer",
                                                              "transfer-encoding",
                                                              "local_addr",
                                                              "local_port",
                                                              "remote_addr",
                                                              "remote_port"};

bool is_kept_from_handlers(std::string_view name) {
  return std::any_of(kept_from_handlers.begin(), kept_from_handlers.end(),
                     [&](std::string_view each) { return same_word(each, name); });
}

}  // namespace

Admission admit(const Head& head, const RouteTable& routes, const Limits& limits) {
  if (head.method == "OPTIONS") return options(head, routes);
  const bool is_plain_get = head.framing == Framing::none && (head.method == "GET" || head.method == "HEAD");
  // Its route is found by who answers it; looking it up here too would cost the loop time.
  if (is_plain_get) return with_body(Course::collect, head, 0);
  RouteTable::Match match = routes.find(head.method, head.target.path);
  if (match.route == nullptr) return no_route(std::move(match));
  Admission admission = for_body(match.route->body, head, limits);
  admission.route = match.route;
  return admission;
}

ExchangePtr make_exchange(Head& head) {
  auto exchange = std::make_unique<Exchange>();
  exchange->method = head.method;
  exchange->target = std::move(head.target.text);
  exchange->path = std::move(head.target.path);
  exchange->host = std::move(head.host);
  exchange->request_id = head.request_id;
  exchange->minor_version = head.minor_version;
  exchange->keep_alive = head.keep_alive;
  exchange->names_upgrade = head.names_upgrade;
  exchange->has_body = head.framing != Framing::none;
  std::size_t ranges = 0;
  for (const Field& field : head.fields) {
    if (is_kept_from_handlers(field.name)) continue;
    if (head.minor_version == 0 && same_word(field.name, "upgrade")) continue;  // RFC 9110, section 7.8
    if (same_word(field.name, "range") && (++ranges > 1 || field.value.find(',') != std::string_view::npos)) continue;
    exchange->headers.emplace(field.name, field.value);
  }
  if (ranges > 1) exchange->headers.erase("Range");
  if (!head.content_type.empty()) {
    // What was a form reaches its handler as the part `job`; what `curl -d` sent is JSON, whatever curl says.
    const bool is_json = is_form_type(head.content_type) || is_json_type(head.content_type);
    exchange->headers.emplace("Content-Type", is_json ? "application/json" : std::string(head.content_type));
  }
  return exchange;
}

}  // namespace platen::http
