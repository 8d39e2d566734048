#include "trace/otlp_tracer.hpp"

#include <cmath>
#include <utility>

#include "base/crypto.hpp"

namespace platen::trace {

bool is_chosen(const TraceContext& context, double ratio) {
  if (ratio >= 1) return true;
  std::uint64_t low = 0;
  for (std::size_t i = 8; i < context.trace.size(); ++i) low = low << 8U | context.trace[i];
  constexpr int bits = 63;
  return static_cast<double>(low >> 1U) < std::ldexp(ratio, bits);
}

TraceContext OtlpTracer::begin(const TraceContext& parent) {
  TraceContext context = parent;
  while (!context.is_set()) {
    random_bytes(context.trace);
    context.is_sampled = is_chosen(context, ratio_);
  }
  do random_bytes(context.span);
  while (context.span == SpanId{});
  return context;
}

void OtlpTracer::record(Span span) {
  if (span.context.is_sampled) exporter_.put(std::move(span));
}

}  // namespace platen::trace
