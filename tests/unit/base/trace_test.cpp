// W3C Trace Context, as we read and write it.
#include "platen/trace.hpp"

#include "tests/support/catch.hpp"

using namespace platen;  // NOLINT: a test file

namespace {

const std::string example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Keeps what is recorded.
class Keeper final : public Tracer {
 public:
  TraceContext begin(const TraceContext& parent) override {
    TraceContext context = parent;
    if (!context.is_set()) context.trace[0] = 7;
    context.is_sampled = samples;
    context.span = {++last};
    return context;
  }
  void record(Span span) override { spans.push_back(std::move(span)); }

  bool samples = true;
  std::uint8_t last = 0;
  std::vector<Span> spans;
};

}  // namespace

TEST_CASE("a traceparent is read and written as the Recommendation has it") {
  const auto context = parse_traceparent(example);
  REQUIRE(context);
  CHECK(context->is_sampled);
  CHECK(trace_id_of(*context) == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(traceparent_of(*context) == example);
  const auto unsampled = parse_traceparent(example.substr(0, 53) + "00");
  REQUIRE(unsampled);
  CHECK_FALSE(unsampled->is_sampled);
  const auto other_flags = parse_traceparent(example.substr(0, 53) + "fe");
  REQUIRE(other_flags);
  CHECK_FALSE(other_flags->is_sampled);
  CHECK(traceparent_of(*parse_traceparent(example.substr(0, 53) + "ff")) == example);
  CHECK(traceparent_of(TraceContext()).empty());
}

TEST_CASE("of a version to come what is of ours is read, and no more than that") {
  const std::string rest = example.substr(2);
  CHECK(parse_traceparent("cc" + rest));
  CHECK(parse_traceparent("cc" + rest + "-what-will-come"));
  CHECK_FALSE(parse_traceparent("cc" + rest + ".what"));
  CHECK_FALSE(parse_traceparent("ff" + rest));
  CHECK_FALSE(parse_traceparent("00" + rest + "-more"));
}

TEST_CASE("a malformed traceparent is none") {
  for (const std::string& text :
       {std::string(), std::string("00"), example.substr(0, 54), example + "0", " " + example, example + " ",
        std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
        std::string("00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
        std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),
        std::string("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        std::string("00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01"),
        std::string("0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x"), std::string(55, '0')}) {
    INFO(text);
    CHECK_FALSE(parse_traceparent(text));
  }
}

TEST_CASE("a tracestate is passed on where it is one") {
  for (const std::string& text : {std::string("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"), std::string("a=1 , b=2"),
                                  std::string("fw529a3039@dt=x"), std::string("1a@v=x"), std::string("a=b c"),
                                  std::string("a=1,,b=2"), std::string("a*/-_0=!~")}) {
    INFO(text);
    CHECK(is_tracestate(text));
  }
  std::string many;
  for (int i = 0; i < 33; ++i) many += "k" + std::to_string(i) + "=v,";
  for (const std::string& text :
       {std::string(), std::string(","), std::string("a"), std::string("=1"), std::string("A=1"),
        std::string("a=1,a=2"), std::string("a=b=c"), std::string("1a=x"), std::string("a@=x"), std::string("a@b@c=x"),
        std::string("a="), std::string("a=b\x01"), std::string("a=\xc3\xa9"), "a=" + std::string(257, 'x'),
        "a=" + std::string(250, 'x') + ",b=" + std::string(260, 'x'), many}) {
    INFO(text);
    CHECK_FALSE(is_tracestate(text));
  }
}

TEST_CASE("a span is recorded once, with its parent, and without a tracer its context is that") {
  Keeper keeper;
  const TraceContext caller = parse_traceparent(example).value();
  OpenSpan span(&keeper, caller, "job run", SpanKind::consumer);
  span.note("a", "text");
  span.note("b", 7);
  span.note("left out", "");
  span.fail("why");
  CHECK(span.context().trace == caller.trace);
  CHECK(span.context().span == SpanId{1});
  span.end();
  span.end();
  REQUIRE(keeper.spans.size() == 1);
  const Span& seen = keeper.spans.front();
  CHECK(seen.parent == caller.span);
  CHECK(seen.name == "job run");
  CHECK(seen.is_failure);
  CHECK(seen.attributes.size() == 2);
  CHECK(seen.ended_at >= seen.begun_at);

  keeper.samples = false;
  OpenSpan unsampled(&keeper, {}, "not recorded", SpanKind::internal);
  CHECK(unsampled.context().is_set());
  unsampled.end();
  CHECK(keeper.spans.size() == 1);

  OpenSpan none(nullptr, caller, "nobody's", SpanKind::internal);
  CHECK(none.context() == caller);
  none.end();
}
