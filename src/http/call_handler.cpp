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

}  // namespace

void answer_exception(Reply& reply, const std::exception_ptr& thrown) {
  std::string what = "an exception that is none of the standard's";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
  }
  reply.problem({Errc::internal, "A handler threw: " + what});
}

void call_handler(const Handler& handler, httplib::Request& request, Exchange& exchange) {
  request.method = exchange.method;
  request.path = exchange.path;
  request.remote_addr = exchange.peer;
  httplib::Response response;
  Reply reply(request, response, exchange);
  exchange.outcome = Abandoned{};
  try {
    handler(request, reply);
  } catch (...) {
    answer_exception(reply, std::current_exception());
  }
  if (std::holds_alternative<Abandoned>(exchange.outcome)) exchange.outcome = Bytes{compose(exchange, response)};
}

void call_route(const Route& route, httplib::Request& request, Exchange& exchange) {
  const std::size_t query = exchange.target.find('?');
  if (query != std::string::npos) httplib::detail::parse_query_text(exchange.target.substr(query + 1), request.params);
  request.headers = std::move(exchange.headers);
  const auto answer = [&](const httplib::Request& asked, Reply& reply) { answer_by(route, asked, reply, exchange); };
  call_handler(answer, request, exchange);
}

void answer_by(const Route& route, const httplib::Request& request, Reply& reply, Exchange& exchange) {
  exchange.route = route.label;
  if (const auto& after_wait = exchange.answer_after_wait) return after_wait(request, reply);
  const auto refusal = lack_of(route.needs, exchange.visitor, exchange.answer_headers);
  if (!refusal) return route.handler(request, reply);
  const bool is_stream = route.is_stream && !request.has_header("Upgrade");
  is_stream && refusal->status == 503 ? come_back(reply) : reply.refuse(*refusal);
}

}  // namespace platen::http
