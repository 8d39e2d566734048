#include "tests/support/collector.hpp"

#include <stdexcept>

#include "codec/json.hpp"

namespace platen::test {

namespace {

using codec::OrderedJson;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("a collector would not take this: ") + what);
}

bool is_hex(const std::string& text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos &&
         text.find_first_not_of('0') != std::string::npos;
}

bool is_number(const OrderedJson& value) {
  return value.is_string() && !value.get<std::string>().empty() &&
         value.get<std::string>().find_first_not_of("0123456789") == std::string::npos;
}

std::map<std::string, std::string> attributes_in(const OrderedJson& list) {
  std::map<std::string, std::string> attributes;
  for (const OrderedJson& each : list) {
    const OrderedJson& value = each.at("value");
    require(value.size() == 1, "an attribute has one value");
    require(value.contains("stringValue") || is_number(value.at("intValue")), "an attribute's value");
    const auto text = value.begin().value().get<std::string>();
    require(attributes.emplace(each.at("key").get<std::string>(), text).second, "an attribute stands there once");
  }
  return attributes;
}

SeenSpan span_in(const OrderedJson& object, const std::string& service) {
  SeenSpan span;
  span.service = service;
  span.trace = object.at("traceId").get<std::string>();
  span.id = object.at("spanId").get<std::string>();
  span.parent = object.value("parentSpanId", "");
  span.name = object.at("name").get<std::string>();
  span.kind = object.at("kind").get<int>();
  span.is_failure = object.at("status").value("code", 0) == 2;
  span.attributes = attributes_in(object.at("attributes"));
  require(is_hex(span.trace, 32) && is_hex(span.id, 16), "an id");
  require(span.parent.empty() || is_hex(span.parent, 16), "a parent's id");
  require(!span.name.empty() && span.kind >= 1 && span.kind <= 5, "a name and a kind");
  const OrderedJson& begun = object.at("startTimeUnixNano");
  const OrderedJson& ended = object.at("endTimeUnixNano");
  require(is_number(begun) && is_number(ended), "times are texts of digits");
  require(std::stoull(begun.get<std::string>()) <= std::stoull(ended.get<std::string>()), "an end before a beginning");
  return span;
}

}  // namespace

std::vector<SeenSpan> spans_in(const std::string& body) {
  std::vector<SeenSpan> spans;
  const OrderedJson request = OrderedJson::parse(body);
  for (const OrderedJson& of_resource : request.at("resourceSpans")) {
    const auto resource = attributes_in(of_resource.at("resource").at("attributes"));
    for (const OrderedJson& of_scope : of_resource.at("scopeSpans"))
      for (const OrderedJson& span : of_scope.at("spans")) spans.push_back(span_in(span, resource.at("service.name")));
  }
  return spans;
}

std::vector<SeenSpan> Collector::spans() {
  std::vector<SeenSpan> all;
  for (const SeenMessage& request : server_.seen())
    for (SeenSpan& span : spans_in(request.body)) all.push_back(std::move(span));
  return all;
}

std::vector<SeenSpan> Collector::spans(const std::string& trace, const std::string& name) {
  std::vector<SeenSpan> some = spans();
  std::erase_if(some, [&](const SeenSpan& span) { return span.trace != trace || span.name != name; });
  return some;
}

}  // namespace platen::test
