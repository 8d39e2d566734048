#include "http/exchange_pool.hpp"

#include "http/access_log.hpp"
#include "http/later.hpp"
#include "http/library_server.hpp"

namespace platen::http {

ExchangePool::ExchangePool(const RouteTable& routes, unsigned threads, std::size_t capacity,
                           Mailbox<ExchangePtr>& finished)
    : routes_(routes), finished_(finished), waiting_(capacity) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this](std::stop_token stop) { work(std::move(stop)); });
}

ExchangePool::~ExchangePool() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void ExchangePool::work(std::stop_token stop) {
  LibraryServer library(routes_);
  while (auto exchange = waiting_.pop(stop)) {
    library.run(**exchange);
    if (auto* postponed = std::get_if<Postponed>(&(*exchange)->outcome)) {
      const auto begin = std::move(postponed->begin);
      begin(Later(*std::move(exchange), finished_.sender()));
      continue;
    }
    log_request(**exchange);
    finished_.put(*std::move(exchange));
  }
}

}  // namespace platen::http
