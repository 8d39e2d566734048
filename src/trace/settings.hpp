// What is traced, and where it goes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/settings.hpp"
#include "trace/otlp_tracer.hpp"

namespace platen::trace {

struct Options {
  std::string endpoint;  ///< empty: nothing is traced
  std::string sample_ratio = "1";
  std::string service_name;          ///< empty: the process's
  std::vector<std::string> headers;  ///< each `name=value`
};

/// Defines them as `otlp-…`; OpenTelemetry's names in the environment count too. `options` must outlive `settings`.
void define(Settings& settings, Options& options);

/// A tracer as they say, or none; `invalid_request` names the setting that does not fit. `process` is `platend` …
[[nodiscard]] Result<std::unique_ptr<OtlpTracer>> make_tracer(const Options& options, std::string_view process,
                                                              std::string_view version);

}  // namespace platen::trace
