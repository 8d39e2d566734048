// An OpenTelemetry collector's stand-in: takes spans over HTTP and shows them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/webhook_target.hpp"

namespace platen::test {

/// A span as it came, all as text.
struct SeenSpan {
  std::string service;  ///< `service.name` of its resource
  std::string trace;
  std::string id;
  std::string parent;  ///< empty: it begins the trace
  std::string name;
  int kind = 0;
  bool is_failure = false;
  std::map<std::string, std::string> attributes;
};

/// All spans in a body of `/v1/traces`. Throws std::runtime_error for what the protocol does not have so.
[[nodiscard]] std::vector<SeenSpan> spans_in(const std::string& body);

/// Owns: an HTTP server on a free port, which behaves as the path tells it to (WebhookTarget).
class Collector {
 public:
  /// What to set as `otlp-endpoint`: `how` is `/ok`, `/status-503`, `/hang` …
  [[nodiscard]] std::string endpoint(const std::string& how = "/ok") const { return server_.url(how); }
  [[nodiscard]] std::vector<SeenMessage> requests() { return server_.seen(); }
  /// Those of all requests so far.
  [[nodiscard]] std::vector<SeenSpan> spans();
  /// The spans of one name, in one trace.
  [[nodiscard]] std::vector<SeenSpan> spans(const std::string& trace, const std::string& name);

 private:
  WebhookTarget server_;
};

}  // namespace platen::test
