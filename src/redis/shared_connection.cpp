#include "redis/shared_connection.hpp"

#include <future>
#include <memory>
#include <utility>

namespace platen::redis {

SharedConnection::SharedConnection(Url url, SharedConnectionOptions options)
    : options_(options),
      connection_(loop_, std::move(url), {}, options.connection),
      thread_([this](std::stop_token stop) { loop_.run(std::move(stop)); }) {}

SharedConnection::~SharedConnection() {
  thread_.request_stop();
  thread_.join();
}

void SharedConnection::call_later(Arguments arguments, Done done) {
  Order order{{}, std::move(done)};
  append_command(order.command, arguments);
  bool is_first = false;
  {
    auto orders = orders_.lock();
    is_first = orders->empty();
    orders->push_back(std::move(order));
  }
  if (is_first) loop_.post([this] { take_orders(); });
}

Result<Reply> SharedConnection::call(Arguments arguments) {
  const auto answer = std::make_shared<std::promise<Result<Reply>>>();  // the caller may have given up by then
  call_later(arguments, [answer](Result<Reply> reply) { answer->set_value(std::move(reply)); });
  auto future = answer->get_future();
  if (future.wait_for(options_.command_timeout) != std::future_status::ready) return fail(not_reachable());
  return future.get();
}

void SharedConnection::take_orders() {
  for (Order& order : std::exchange(*orders_.lock(), {}))
    connection_.call_encoded(order.command, std::move(order.done));
}

}  // namespace platen::redis
