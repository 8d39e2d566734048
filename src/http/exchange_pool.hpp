// The threads that run handlers.
#pragma once

#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "http/exchange.hpp"
#include "http/mailbox.hpp"
#include "http/route_table.hpp"

namespace platen::http {

/// Runs exchanges, first come first served. A full queue refuses: the loop answers 503 then.
/// Owns: its threads; the destructor lets each finish the handler that it is in.
/// Threads: the loop's.
class ExchangePool {
 public:
  /// `routes` and `finished` are borrowed. Every exchange that was taken comes back through `finished`.
  ExchangePool(const RouteTable& routes, unsigned threads, std::size_t capacity, Mailbox<ExchangePtr>& finished);
  ExchangePool(const ExchangePool&) = delete;
  ExchangePool& operator=(const ExchangePool&) = delete;
  ~ExchangePool();

  /// False, with the exchange untouched, when full.
  [[nodiscard]] bool try_submit(ExchangePtr&& exchange) { return waiting_.try_push(std::move(exchange)); }

 private:
  void work(std::stop_token stop);

  const RouteTable& routes_;
  Mailbox<ExchangePtr>& finished_;
  BoundedQueue<ExchangePtr> waiting_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace platen::http
