#include "http/exchange_pool.hpp"

#include <exception>

#include "base/log.hpp"
#include "http/access_log.hpp"
#include "http/call_handler.hpp"
#include "http/later.hpp"

namespace platen::http {

namespace {

/// What is thrown is a bug: the errand's owner finds it undone.
void run(const Errand& errand) {
  try {
    errand.work();
  } catch (const std::exception& exception) {
    spdlog::error("an errand threw: {}", exception.what());
  }
}

}  // namespace

ExchangePool::ExchangePool(const RouteTable& routes, PoolSize size, Mailbox<ExchangePtr>& answered,
                           Mailbox<Errand>& ran)
    : routes_(routes), answered_(answered), ran_(ran), waiting_(size.capacity) {
  for (unsigned i = 0; i < size.threads; ++i)
    threads_.emplace_back([this](std::stop_token stop) { work(std::move(stop)); });
}

ExchangePool::~ExchangePool() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void ExchangePool::work(std::stop_token stop) {
  while (auto work = waiting_.pop(stop)) {
    if (auto* const errand = std::get_if<Errand>(&*work)) {
      run(*errand);
      ran_.put(std::move(*errand));
      continue;
    }
    ExchangePtr exchange = std::get<ExchangePtr>(*std::move(work));
    call_route(routes_, *exchange);
    const auto* const postponed = std::get_if<Postponed>(&exchange->outcome);
    if (postponed != nullptr && !postponed->on_loop) {
      postpone(std::move(exchange), answered_.sender());
      continue;
    }
    log_request(*exchange);
    answered_.put(std::move(exchange));
  }
}

}  // namespace platen::http
