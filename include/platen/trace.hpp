// Traces: what belongs together over processes and services (W3C Trace Context, https://www.w3.org/TR/trace-context/).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace platen {

using SpanId = std::array<std::uint8_t, 8>;

/// A place in a trace: the span that what happens here is a child of. A value.
struct TraceContext {
  std::array<std::uint8_t, 16> trace{};  ///< all 0: there is no trace
  SpanId span{};
  bool is_sampled = false;  ///< what happens here is recorded
  std::string state = {};   ///< others' part (`tracestate`), passed on as it came; no line breaks

  [[nodiscard]] bool is_set() const noexcept { return trace != decltype(trace){}; }
  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

/// Reads a `traceparent`, strictly; of versions to come what is of ours. nullopt for one that is to be ignored.
[[nodiscard]] std::optional<TraceContext> parse_traceparent(std::string_view text);
/// `00-<trace>-<span>-01`; empty where there is no trace.
[[nodiscard]] std::string traceparent_of(const TraceContext& context);
/// Whether a `tracestate` may be passed on: a list of up to 32 members, each key once, at most 512 bytes in all.
[[nodiscard]] bool is_tracestate(std::string_view text);
/// 32 hexadecimal digits; empty where there is no trace.
[[nodiscard]] std::string trace_id_of(const TraceContext& context);

/// What a span is to others, as OTLP numbers it.
enum class SpanKind { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

using SpanTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Something that took time.
struct Span {
  TraceContext context;  ///< its own
  SpanId parent{};       ///< all 0: it begins the trace
  std::string name;      ///< one of few
  SpanKind kind = SpanKind::internal;
  SpanTime begun_at;
  SpanTime ended_at;
  std::vector<std::pair<std::string, std::variant<std::string, std::int64_t>>> attributes = {};
  bool is_failure = false;
  std::string failure = {};  ///< a sentence or a code; may be empty
};

/// Where spans go. There is none where nobody wants any: who holds a pointer to one looks whether it is null, and then
/// does nothing. Threads: any.
class Tracer {
 public:
  virtual ~Tracer() = default;
  /// The context of something that begins now, within `parent`; in a new trace, recorded or not by chance, where that
  /// is none.
  [[nodiscard]] virtual TraceContext begin(const TraceContext& parent) = 0;
  /// Takes a span that has ended, if it is sampled. Never blocks: with too many on their way it is dropped, and
  /// counted.
  virtual void record(Span span) = 0;
};

/// A span of something under way, by a tracer or by none.
/// Borrows the tracer. Threads: one at a time.
class OpenSpan {
 public:
  OpenSpan() = default;
  /// Begins now, or at `begun_at`. Without a tracer its context is `parent`.
  OpenSpan(Tracer* tracer, const TraceContext& parent, std::string_view name, SpanKind kind,
           std::optional<SpanTime> begun_at = {});

  /// Where what happens within is to belong.
  [[nodiscard]] const TraceContext& context() const noexcept { return span_.context; }
  [[nodiscard]] bool is_recorded() const noexcept { return tracer_ != nullptr && span_.context.is_sampled; }
  void rename(std::string_view name);
  void note(std::string_view name, std::string_view value);
  void note(std::string_view name, std::int64_t value);
  void fail(std::string_view why);
  /// Ends now; once. One that is never ended is not recorded.
  void end();

 private:
  Tracer* tracer_ = nullptr;
  Span span_;
};

}  // namespace platen
