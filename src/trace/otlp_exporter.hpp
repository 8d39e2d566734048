// The thread that sends spans to a collector.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "net/courier.hpp"
#include "platen/trace.hpp"

namespace platen::trace {

struct ExporterOptions {
  std::string url;                              ///< of a collector's `/v1/traces`
  std::vector<std::string> headers = {};        ///< each `Name: value`; secrets
  std::map<std::string, std::string> resource;  ///< who sends: `service.name` …
  std::size_t most_waiting = 8'192;             ///< spans; past that, the newest are dropped
  std::size_t most_at_once = 512;
  std::chrono::milliseconds every{1'000};  ///< how long a span waits for company
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds longest_pause{30'000};  ///< after answers that ask to come again: 1 s, doubled each time
  int most_attempts = 5;                            ///< at one batch
  std::chrono::milliseconds flush_within{3'000};    ///< at the end
};

/// What became of spans.
struct ExportStats {
  std::uint64_t sent = 0;
  std::uint64_t dropped_full = 0;    ///< for want of room
  std::uint64_t dropped_failed = 0;  ///< no collector took them
};

/// Sends spans in batches, one after the other, as OTLP/HTTP in JSON. What the collector cannot take now (no answer,
/// 429, 502, 503, 504) is tried again, while more wait, up to a bound; what it refuses is dropped.
/// Owns: two threads. Errors: are logged, once for each outage.
class OtlpExporter {
 public:
  /// Throws std::runtime_error when libcurl cannot be set up.
  explicit OtlpExporter(ExporterOptions options);
  OtlpExporter(const OtlpExporter&) = delete;
  OtlpExporter& operator=(const OtlpExporter&) = delete;
  /// Sends what waits, for as long as `flush_within`.
  ~OtlpExporter();

  /// Never blocks. Threads: any.
  void put(Span span);
  [[nodiscard]] ExportStats stats();

 private:
  enum class Verdict { taken, again, refused };
  struct Waiting {
    std::vector<Span> spans;
    ExportStats stats;
  };
  using SteadyTime = std::chrono::steady_clock::time_point;

  void run(const std::stop_token& stop);
  [[nodiscard]] std::vector<Span> next_batch(const std::stop_token& stop);
  void send(const std::vector<Span>& batch, const std::stop_token& stop);
  [[nodiscard]] net::Receipt post(const std::string& body, const std::stop_token& stop);
  [[nodiscard]] static Verdict judge(const net::Receipt& receipt);
  /// How long a message may take: until the end has begun, its timeout.
  [[nodiscard]] std::chrono::milliseconds time_left(const std::stop_token& stop);
  void report(const net::Receipt& receipt, Verdict verdict);

  ExporterOptions options_;
  Guarded<Waiting> waiting_;
  Guarded<std::optional<net::Receipt>> receipt_;
  std::optional<SteadyTime> ends_at_;
  bool is_failing_ = false;
  net::Courier courier_;  ///< goes before what it calls back into
  std::jthread thread_;
};

}  // namespace platen::trace
