// A checked request on its way into a handler, and the handler's answer on its way out.
#pragma once

#include "http/exchange.hpp"
#include "http/route.hpp"
#include "http/route_table.hpp"

namespace platen::http {

/// Has the handler answer the exchange, by a request that has its method, path and peer besides what it has already. A
/// handler that throws is a bug: the exception goes to the log, and nothing of it into the answer, 500. Threads: that
/// of the call.
void call_handler(const Handler& handler, httplib::Request& request, Exchange& exchange);

/// Has the route answer the exchange, by a request with its query, header fields and body too, which go there. One that
/// lacks what the route needs is refused, and one that has waited is answered as its wait says. Nothing is thrown.
/// Threads: that of the call.
void call_route(const Route& route, Exchange& exchange);

/// The same by the route that the table has for the exchange. Where it has none the answer is 404, or 405.
void call_route(const RouteTable& routes, Exchange& exchange);

}  // namespace platen::http
