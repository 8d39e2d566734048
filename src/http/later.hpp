// Answers that come after their handlers have returned.
#pragma once

#include <memory>

#include "http/exchange.hpp"
#include "http/mailbox.hpp"
#include "http/route.hpp"

namespace platen::http {

/// The right to answer one request, once, from any thread. Copies share it; when the last goes and no answer was
/// made, the connection is closed.
/// Threads: any; one at a time.
class Later {
 public:
  Later(ExchangePtr exchange, Mailbox<ExchangePtr>::Sender finished);

  /// Has `make` answer by its Reply, and sends that. The request that it gets has neither fields nor body any more.
  void answer(const Handler& make) const;

 private:
  struct Debt;
  std::shared_ptr<Debt> debt_;
};

/// Has the handler that wants to answer later begin to. The exchange's outcome is Postponed.
void postpone(ExchangePtr exchange, Mailbox<ExchangePtr>::Sender finished);

}  // namespace platen::http
