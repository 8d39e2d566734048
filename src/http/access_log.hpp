// A line in the log and a span in a trace for each request.
#pragma once

#include "http/exchange.hpp"

namespace platen::http {

/// Begins the request's span, within the caller's (`traceparent`, which is ignored where it is malformed). Probes are
/// not traced.
void begin_span(Exchange& exchange, Tracer* tracer);

/// Writes the line and ends the span, once the answer is known: at info; at debug for the probes and /metrics.
/// The path stands in both without its query, for links and tickets are secrets; a key's id is none. Threads: any.
void log_request(Exchange& exchange);

}  // namespace platen::http
