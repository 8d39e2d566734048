// Handlers called without the library's parser, router and writer, which take longer than a quick handler does.
#pragma once

#include <exception>

#include "http/exchange.hpp"
#include "http/route.hpp"

namespace platen::http {

/// Has the handler answer the exchange. The request that it gets has the method, the path and the header fields; no
/// query, no body and no matches. Nothing is thrown.
/// Threads: that of the call.
void call_handler(const Handler& handler, Exchange& exchange);

/// What a handler that threw answers with: nothing of the exception, which goes to the log.
void answer_exception(Reply& reply, const std::exception_ptr& thrown);

}  // namespace platen::http
