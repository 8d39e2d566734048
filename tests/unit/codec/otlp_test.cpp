// Spans in OTLP's JSON.
#include "codec/json.hpp"
#include "codec/otlp_json.hpp"
#include "tests/support/catch.hpp"

using namespace platen;  // NOLINT: a test file

TEST_CASE("spans are written as OTLP's JSON has them: ids in hex, 64-bit numbers as texts, enumerations as numbers") {
  Span span;
  span.context = parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").value();
  span.context.state = "a=1";
  span.parent = {1, 2, 3, 4, 5, 6, 7, 8};
  span.name = "POST /v1/jobs";
  span.kind = SpanKind::server;
  span.begun_at = SpanTime(std::chrono::nanoseconds(1'700'000'000'000'000'001));
  span.ended_at = SpanTime(std::chrono::nanoseconds(1'700'000'000'000'000'009));
  span.attributes = {{"http.route", "/v1/jobs"}, {"http.response.status_code", std::int64_t{503}}};
  span.is_failure = true;
  span.failure = "busy";
  Span root;
  root.context = span.context;
  root.name = "bad \xff byte";

  const auto request = codec::OrderedJson::parse(codec::encode_spans({{"service.name", "platend"}}, {span, root}));
  REQUIRE(request.at("resourceSpans").size() == 1);
  const auto& of_resource = request["resourceSpans"][0];
  CHECK(of_resource["resource"]["attributes"].dump() ==
        R"([{"key":"service.name","value":{"stringValue":"platend"}}])");
  CHECK(of_resource["scopeSpans"][0]["scope"]["name"] == "platen");
  const auto& spans = of_resource["scopeSpans"][0]["spans"];
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].dump() ==
        R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","traceState":"a=1",)"
        R"("parentSpanId":"0102030405060708","flags":1,"name":"POST /v1/jobs","kind":2,)"
        R"("startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000000000000009",)"
        R"("attributes":[{"key":"http.route","value":{"stringValue":"/v1/jobs"}},)"
        R"({"key":"http.response.status_code","value":{"intValue":"503"}}],)"
        R"("status":{"code":2,"message":"busy"}})");
  CHECK_FALSE(spans[1].contains("parentSpanId"));
  CHECK(spans[1]["name"] == "bad \xef\xbf\xbd byte");
  CHECK(spans[1]["status"].empty());
}
