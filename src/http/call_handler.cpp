#include "http/call_handler.hpp"

#include "http/answer.hpp"
#include "http/auth/visitor.hpp"

namespace platen::http {

namespace {

/// An error would stop an EventSource for good.
void come_back(Reply& reply) {
  reply.header("Cache-Control", "no-store");
  reply.text(200, "retry: 2000\n\n", "text/event-stream; charset=utf-8");
}

/// The route's answer to a request, or what is answered instead.
void answer_by(const Route& route, const httplib::Request& request, Reply& reply, Exchange& exchange) {
  if (const auto& after_wait = exchange.answer_after_wait) return after_wait(request, reply);
  const auto refusal = lack_of(route.needs, exchange.visitor, exchange.answer_headers);
  if (!refusal) return route.handler(request, reply);
  const bool is_stream = route.is_stream && !request.has_header("Upgrade");
  is_stream && refusal->status == 503 ? come_back(reply) : reply.refuse(*refusal);
}

void answer_no_route(std::string_view allow, Reply& reply) {
  if (allow.empty()) return reply.problem({Errc::not_found, "There is nothing at this path."});
  reply.header("Allow", allow);
  reply.problem({Errc::method_not_allowed, "The path does not take this method."});
}

}  // namespace

void call_handler(const Handler& handler, httplib::Request& request, Exchange& exchange) {
  request.method = exchange.method;
  request.path = exchange.path;
  request.remote_addr = exchange.peer;
  httplib::Response response;
  Reply reply(request, response, exchange);
  exchange.outcome = Abandoned{};
  try {
    handler(request, reply);
  } catch (const std::exception& exception) {
    reply.problem({Errc::internal, std::string("A handler threw: ") + exception.what()});
  } catch (...) {
    reply.problem({Errc::internal, "A handler threw an exception that is none of the standard's."});
  }
  if (std::holds_alternative<Abandoned>(exchange.outcome)) exchange.outcome = Bytes{compose(exchange, response)};
}

void call_route(const Route& route, Exchange& exchange) {
  httplib::Request request;
  const std::size_t query = exchange.target.find('?');
  if (query != std::string::npos) httplib::detail::parse_query_text(exchange.target.substr(query + 1), request.params);
  request.headers = std::move(exchange.headers);
  request.body = std::move(exchange.body);
  exchange.route = route.pattern;
  const auto answer = [&](const httplib::Request& asked, Reply& reply) { answer_by(route, asked, reply, exchange); };
  call_handler(answer, request, exchange);
}

void call_route(const RouteTable& routes, Exchange& exchange) {
  const RouteTable::Match match = routes.find(exchange.method, exchange.path);
  if (match.route != nullptr) return call_route(*match.route, exchange);
  httplib::Request request;
  call_handler([&](const httplib::Request&, Reply& reply) { answer_no_route(match.allow, reply); }, request, exchange);
}

}  // namespace platen::http
