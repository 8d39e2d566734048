#include "redis/shared_connection.hpp"

#include <future>
#include <memory>
#include <utility>

namespace platen::redis {

SharedConnection::SharedConnection(Url url, SharedConnectionOptions options)
    : options_(std::move(options)),
      connection_(loop_, std::move(url), {}, options_.connection),
      thread_([this](std::stop_token stop) { loop_.run(std::move(stop)); }) {}

SharedConnection::~SharedConnection() {
  thread_.request_stop();
  thread_.join();
}

void SharedConnection::call_later(Arguments arguments, Done done) {
  if (options_.on_answer) {
    const auto begun = std::chrono::steady_clock::now();
    done = [this, begun, done = std::move(done)](Result<Reply> reply) {
      if (reply) options_.on_answer(std::chrono::steady_clock::now() - begun);
      done(std::move(reply));
    };
  }
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
  if (is_at_gate_) return;  // they are taken when that is done
  std::vector<Order> orders = std::exchange(*orders_.lock(), {});
  if (options_.gate) return send_gated(std::move(orders));
  for (Order& order : orders) connection_.call_encoded(order.command, std::move(order.done));
}

void SharedConnection::send_gated(std::vector<Order> orders) {
  struct Batch {
    std::vector<Order> orders;
    std::vector<Result<Reply>> replies;
  };
  const auto batch = std::make_shared<Batch>();
  batch->orders = std::move(orders);
  is_at_gate_ = true;
  for (std::size_t i = 0; i < batch->orders.size(); ++i) {
    batch->replies.emplace_back(fail(not_reachable()));
    connection_.call_encoded(batch->orders[i].command,
                             [batch, i](Result<Reply> reply) { batch->replies[i] = std::move(reply); });
  }
  const std::vector<std::string_view> command(options_.gate->command.begin(), options_.gate->command.end());
  connection_.call(command, [this, batch, lets_pass = options_.gate->lets_pass](const Result<Reply>& answer) {
    const bool passes = answer && !Value(*answer).is_error() && lets_pass(*answer);
    for (std::size_t i = 0; i < batch->orders.size(); ++i)
      batch->orders[i].done(passes ? std::move(batch->replies[i]) : fail(not_reachable()));
    is_at_gate_ = false;
    if (!orders_.lock()->empty()) take_orders();
  });
}

}  // namespace platen::redis
