// Handlers called without the library's parser, router and writer, which take longer than a quick handler does.
#pragma once

#include <exception>

#include "http/exchange.hpp"
#include "http/route.hpp"

namespace platen::http {

/// Has the handler answer the exchange, by a request that has its method, path and peer besides what it has already.
/// Nothing is thrown. Threads: that of the call.
void call_handler(const Handler& handler, httplib::Request& request, Exchange& exchange);

/// Has a quick route answer the exchange, by a request with its query and header fields too. Nothing is thrown.
/// Threads: that of the call.
void call_route(const Route& route, httplib::Request& request, Exchange& exchange);

/// The route's answer to a request, or what is answered instead: to one that has waited, or lacks what the route needs.
void answer_by(const Route& route, const httplib::Request& request, Reply& reply, Exchange& exchange);

/// What a handler that threw answers with: nothing of the exception, which goes to the log.
void answer_exception(Reply& reply, const std::exception_ptr& thrown);

}  // namespace platen::http
