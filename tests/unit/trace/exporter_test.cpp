// Spans on their way to a collector, and what becomes of them when it is not there.
#include "tests/support/catch.hpp"
#include "tests/support/collector.hpp"
#include "tests/support/eventually.hpp"
#include "trace/otlp_tracer.hpp"
#include "trace/settings.hpp"

using namespace platen;  // NOLINT: a test file
using namespace std::chrono_literals;

namespace {

trace::ExporterOptions to(const std::string& endpoint) {
  trace::ExporterOptions options;
  options.url = endpoint + "/v1/traces";
  options.headers = {"Authorization: Bearer secret"};
  options.resource = {{"service.name", "test"}};
  options.every = 10ms;
  return options;
}

void record(Tracer& tracer, std::string_view name, const TraceContext& parent = {}) {
  OpenSpan span(&tracer, parent, name, SpanKind::internal);
  span.end();
}

}  // namespace

TEST_CASE("spans reach the collector in batches, with who sends them and what it asks for") {
  test::Collector collector;
  trace::OtlpTracer tracer(to(collector.endpoint()), 1);
  for (int i = 0; i < 1'000; ++i) record(tracer, "work");
  test::eventually([&] { return tracer.stats().sent == 1'000; });
  const auto spans = collector.spans();
  REQUIRE(spans.size() == 1'000);
  CHECK(spans.front().service == "test");
  CHECK(collector.requests().size() < 500);
  CHECK(collector.requests().front().path == "/ok/v1/traces");
  CHECK(collector.requests().front().headers.at("content-type") == "application/json");
  CHECK(collector.requests().front().headers.at("authorization") == "Bearer secret");
}

TEST_CASE("a tracer's end sends what waits") {
  test::Collector collector;
  auto options = to(collector.endpoint());
  options.every = 1h;
  {
    trace::OtlpTracer tracer(options, 1);
    record(tracer, "last words");
    CHECK(collector.requests().empty());
  }
  CHECK(collector.spans().size() == 1);
}

TEST_CASE("a collector that cannot take spans now gets them again, up to a bound") {
  test::Collector collector;
  auto options = to(collector.endpoint("/status-503"));
  options.longest_pause = 1ms;
  options.most_attempts = 3;
  trace::OtlpTracer tracer(options, 1);
  record(tracer, "in vain");
  test::eventually([&] { return tracer.stats().dropped_failed == 1; });
  CHECK(collector.requests().size() == 3);
  CHECK(collector.spans().front().id == collector.spans().back().id);
}

TEST_CASE("what a collector refuses is not sent again") {
  test::Collector collector;
  trace::OtlpTracer tracer(to(collector.endpoint("/status-400")), 1);
  record(tracer, "refused");
  test::eventually([&] { return tracer.stats().dropped_failed == 1; });
  CHECK(collector.requests().size() == 1);
}

TEST_CASE("while a collector hangs or is away nobody waits, what is too much is dropped, and the end comes soon") {
  test::Collector collector;
  const bool is_away = GENERATE(false, true);
  auto options = to(is_away ? "http://127.0.0.1:1" : collector.endpoint("/hang"));
  options.most_waiting = 100;
  options.flush_within = 100ms;
  options.timeout = 1min;
  std::chrono::steady_clock::time_point begun;
  {
    trace::OtlpTracer tracer(options, 1);
    for (int i = 0; i < 10'000; ++i) record(tracer, "work");  // returns
    CHECK(tracer.stats().sent == 0);
    CHECK(tracer.stats().dropped_full >= 9'000);
    if (!is_away) test::eventually([&] { return !collector.requests().empty(); });
    begun = std::chrono::steady_clock::now();
  }
  // Far less than the minute that a message may take before the end.
  CHECK(std::chrono::steady_clock::now() - begun < options.timeout / 2);
  CHECK(collector.requests().size() <= 3);
}

TEST_CASE("a trace that begins here is recorded by chance, one that a caller began as the caller says") {
  test::Collector collector;
  auto options = to(collector.endpoint());
  trace::OtlpTracer never(options, 0);
  CHECK_FALSE(never.begin({}).is_sampled);
  TraceContext caller = parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").value();
  caller.state = "a=1";
  const TraceContext child = never.begin(caller);
  CHECK(child.is_sampled);
  CHECK(child.trace == caller.trace);
  CHECK(child.span != caller.span);
  CHECK(child.state == caller.state);
  caller.is_sampled = false;
  trace::OtlpTracer always(options, 1);
  CHECK_FALSE(always.begin(caller).is_sampled);

  trace::OtlpTracer half(options, 0.5);
  int chosen = 0;
  for (int i = 0; i < 10'000; ++i) chosen += half.begin({}).is_sampled ? 1 : 0;
  CHECK(chosen > 4'500);
  CHECK(chosen < 5'500);
  TraceContext low;
  low.trace[0] = 0xff;
  CHECK(trace::is_chosen(low, 0.001));
  low.trace[8] = 0x80;
  CHECK_FALSE(trace::is_chosen(low, 0.4));
}

TEST_CASE("traces are set as OpenTelemetry's programs are") {
  trace::Options options;
  Settings settings("platend");
  trace::define(settings, options);
  const std::map<std::string, std::string> variables{
      {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318/"},
      {"OTEL_TRACES_SAMPLER_ARG", "0.25"},
      {"OTEL_SERVICE_NAME", "reports"},
      {"PLATEN_OTLP_SERVICE_NAME", "reports-front"},
      {"OTEL_EXPORTER_OTLP_HEADERS", "api-key=abc,authorization=Bearer%20x"}};
  SettingSources sources;
  sources.default_file.clear();
  sources.environment = [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  REQUIRE(settings.load(sources));
  CHECK(options.endpoint == "http://127.0.0.1:4318/");
  CHECK(options.sample_ratio == "0.25");
  CHECK(options.service_name == "reports-front");
  CHECK(options.headers.size() == 2);
  CHECK(settings.print().find("Bearer") == std::string::npos);
  CHECK(trace::make_tracer(options, "platend", "1").value() != nullptr);

  CHECK(trace::make_tracer({}, "platend", "1").value() == nullptr);
  for (const trace::Options& wrong : {trace::Options{.endpoint = "localhost:4318"}, trace::Options{.sample_ratio = "2"},
                                      trace::Options{.sample_ratio = "half"}, trace::Options{.headers = {"no value"}},
                                      trace::Options{.headers = {"a=b%0d%0aX: y"}}}) {
    const auto refused = trace::make_tracer(wrong, "platend", "1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail.starts_with("otlp-"));
  }
}
