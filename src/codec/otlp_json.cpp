#include "codec/otlp_json.hpp"

#include <span>
#include <utility>

#include "codec/json.hpp"

namespace platen::codec {

namespace {

constexpr int status_error = 2;

std::string hex_of(std::span<const std::uint8_t> bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 0xfU];
  }
  return text;
}

/// A 64-bit number is a text in protobuf's JSON.
std::string nanoseconds(SpanTime time) { return std::to_string(time.time_since_epoch().count()); }

OrderedJson attribute(std::string_view name, OrderedJson value) { return {{"key", name}, {"value", std::move(value)}}; }

OrderedJson attribute(const std::string& name, const std::variant<std::string, std::int64_t>& value) {
  if (const auto* const number = std::get_if<std::int64_t>(&value))
    return attribute(name, OrderedJson{{"intValue", std::to_string(*number)}});
  return attribute(name, OrderedJson{{"stringValue", std::get<std::string>(value)}});
}

OrderedJson span_object(const Span& span) {
  OrderedJson object;
  object["traceId"] = hex_of(span.context.trace);
  object["spanId"] = hex_of(span.context.span);
  if (!span.context.state.empty()) object["traceState"] = span.context.state;
  if (span.parent != SpanId{}) object["parentSpanId"] = hex_of(span.parent);
  object["flags"] = span.context.is_sampled ? 1 : 0;
  object["name"] = span.name;
  object["kind"] = static_cast<int>(span.kind);
  object["startTimeUnixNano"] = nanoseconds(span.begun_at);
  object["endTimeUnixNano"] = nanoseconds(span.ended_at);
  object["attributes"] = OrderedJson::array();
  for (const auto& [name, value] : span.attributes) object["attributes"].push_back(attribute(name, value));
  object["status"] = OrderedJson::object();
  if (span.is_failure) {
    object["status"]["code"] = status_error;
    if (!span.failure.empty()) object["status"]["message"] = span.failure;
  }
  return object;
}

}  // namespace

std::string encode_spans(const std::map<std::string, std::string>& resource, const std::vector<Span>& spans) {
  OrderedJson attributes = OrderedJson::array();
  for (const auto& [name, value] : resource) attributes.push_back(attribute(name, OrderedJson{{"stringValue", value}}));
  OrderedJson scope;
  scope["scope"] = {{"name", "platen"}};
  scope["spans"] = OrderedJson::array();
  for (const Span& span : spans) scope["spans"].push_back(span_object(span));
  OrderedJson of_resource;
  of_resource["resource"]["attributes"] = std::move(attributes);
  of_resource["scopeSpans"].push_back(std::move(scope));
  OrderedJson request;
  request["resourceSpans"].push_back(std::move(of_resource));
  return dump(request);
}

}  // namespace platen::codec
