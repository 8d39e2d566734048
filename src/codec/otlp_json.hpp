// Spans as OpenTelemetry's collectors take them (OTLP/HTTP, JSON Protobuf encoding).
//
// All functions are pure. Threads: any.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platen/trace.hpp"

namespace platen::codec {

/// The body of a request to `/v1/traces`: one resource with these attributes (`service.name` …), one scope, its spans.
[[nodiscard]] std::string encode_spans(const std::map<std::string, std::string>& resource,
                                       const std::vector<Span>& spans);

}  // namespace platen::codec
