#include "redis/shared_connection.hpp"

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

Result<Reply> SharedConnection::call(Arguments arguments) {
  Order order{{}, std::make_shared<Answer>()};
  append_command(order.command, arguments);
  auto answer = order.answer->get_future();
  bool is_first = false;
  {
    auto orders = orders_.lock();
    is_first = orders->empty();
    orders->push_back(std::move(order));
  }
  if (is_first) loop_.post([this] { take_orders(); });
  if (answer.wait_for(options_.command_timeout) != std::future_status::ready) return fail(not_reachable());
  return answer.get();
}

void SharedConnection::take_orders() {
  for (const Order& order : std::exchange(*orders_.lock(), {}))
    connection_.call_encoded(order.command,
                             [answer = order.answer](Result<Reply> reply) { answer->set_value(std::move(reply)); });
}

}  // namespace platen::redis
