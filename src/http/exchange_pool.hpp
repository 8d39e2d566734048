// The threads that run handlers, and what else may block.
#pragma once

#include <thread>
#include <variant>
#include <vector>

#include "base/guarded.hpp"
#include "http/errands.hpp"
#include "http/exchange.hpp"
#include "http/mailbox.hpp"
#include "http/route_table.hpp"

namespace platen::http {

struct PoolSize {
  unsigned threads;
  std::size_t capacity;  ///< of what waits for a thread
};

/// Runs exchanges and errands, first come first served. A full queue refuses: the loop answers 503 then.
/// Owns: its threads; the destructor lets each finish the handler that it is in.
/// Threads: the loop's.
class ExchangePool {
 public:
  /// All are borrowed. Every exchange that was taken comes back through `answered`, every errand through `ran`.
  ExchangePool(const RouteTable& routes, PoolSize size, Mailbox<ExchangePtr>& answered, Mailbox<Errand>& ran);
  ExchangePool(const ExchangePool&) = delete;
  ExchangePool& operator=(const ExchangePool&) = delete;
  ~ExchangePool();

  /// False, with the argument untouched, when full.
  [[nodiscard]] bool try_submit(ExchangePtr&& exchange) { return try_push(std::move(exchange)); }
  [[nodiscard]] bool try_submit(Errand&& errand) { return try_push(std::move(errand)); }

 private:
  using Work = std::variant<ExchangePtr, Errand>;

  template <class T>
  [[nodiscard]] bool try_push(T&& item) {
    Work work(std::forward<T>(item));
    if (waiting_.try_push(std::move(work))) return true;
    item = std::get<std::decay_t<T>>(std::move(work));
    return false;
  }
  void work(std::stop_token stop);

  const RouteTable& routes_;
  Mailbox<ExchangePtr>& answered_;
  Mailbox<Errand>& ran_;
  BoundedQueue<Work> waiting_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace platen::http
