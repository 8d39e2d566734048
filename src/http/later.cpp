#include "http/later.hpp"

#include "http/access_log.hpp"
#include "http/call_handler.hpp"

namespace platen::http {

struct Later::Debt {
  Debt(ExchangePtr owed, Mailbox<ExchangePtr>::Sender to) : exchange(std::move(owed)), finished(std::move(to)) {}
  Debt(const Debt&) = delete;
  Debt& operator=(const Debt&) = delete;
  ~Debt() {
    if (exchange) settle();
  }
  void settle() {
    log_request(*exchange);
    finished->put(std::move(exchange));
  }

  ExchangePtr exchange;
  Mailbox<ExchangePtr>::Sender finished;
};

Later::Later(ExchangePtr exchange, Mailbox<ExchangePtr>::Sender finished)
    : debt_(std::make_shared<Debt>(std::move(exchange), std::move(finished))) {
  debt_->exchange->outcome = Abandoned{};
}

void Later::answer(const Handler& make) const {
  httplib::Request request;
  call_handler(make, request, *debt_->exchange);
  debt_->settle();
}

void postpone(ExchangePtr exchange, Mailbox<ExchangePtr>::Sender finished) {
  const auto begin = std::move(std::get<Postponed>(exchange->outcome).begin);
  begin(Later(std::move(exchange), std::move(finished)));
}

}  // namespace platen::http
