// The tracer of a process whose spans go to a collector.
#pragma once

#include "platen/trace.hpp"
#include "trace/otlp_exporter.hpp"

namespace platen::trace {

/// Whether a new trace is one of the `ratio` (0 to 1) that are recorded: by its id, so that whoever decides by the same
/// rule (OpenTelemetry's TraceIdRatioBased) decides alike.
[[nodiscard]] bool is_chosen(const TraceContext& context, double ratio);

/// Records what a caller sampled, and the stated share of the traces that begin here. Threads: any.
class OtlpTracer final : public Tracer {
 public:
  OtlpTracer(ExporterOptions options, double ratio) : ratio_(ratio), exporter_(std::move(options)) {}

  [[nodiscard]] TraceContext begin(const TraceContext& parent) override;
  void record(Span span) override;
  [[nodiscard]] ExportStats stats() { return exporter_.stats(); }

 private:
  double ratio_;
  OtlpExporter exporter_;
};

}  // namespace platen::trace
