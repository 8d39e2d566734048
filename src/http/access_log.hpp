// A line in the log for each request.
#pragma once

#include "http/exchange.hpp"

namespace platen::http {

/// Writes it once the answer is known: at info; at debug for the probes /livez and /readyz. The path stands in it
/// without its query, for links and tickets are secrets; a key's id is none. Threads: any.
void log_request(const Exchange& exchange);

}  // namespace platen::http
