#include "http/call_handler.hpp"

#include "http/answer.hpp"

namespace platen::http {

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

void call_handler(const Handler& handler, Exchange& exchange) {
  httplib::Request request;
  request.method = exchange.method;
  request.path = exchange.path;
  request.remote_addr = exchange.peer;
  request.headers = std::move(exchange.headers);
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

}  // namespace platen::http
