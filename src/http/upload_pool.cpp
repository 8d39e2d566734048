#include "http/upload_pool.hpp"

#include "http/access_log.hpp"
#include "http/answer.hpp"
#include "http/library_server.hpp"

namespace platen::http {

namespace {

void answer_failure(Exchange& exchange, const UploadFailure& failure) {
  if (failure.refusal) return answer_refusal(exchange, *failure.refusal);
  if (failure.error) return answer_problem(exchange, *failure.error);
  exchange.outcome = Abandoned{};
}

}  // namespace

UploadPool::UploadPool(const Ports& ports, const Limits& limits)
    : ports_(ports), limits_(limits), waiting_(limits.upload_threads) {
  for (unsigned i = 0; i < limits.upload_threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

bool UploadPool::try_lend(UploadOrder&& order) {
  if (lent_ >= limits_.upload_threads || !waiting_.try_push(std::move(order))) return false;
  ++lent_;
  return true;
}

UploadPool::~UploadPool() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void UploadPool::work(const std::stop_token& stop) {
  LibraryServer library(ports_.routes);
  while (auto order = waiting_.pop(stop)) {
    auto received = receive_upload(*order, ports_.store, limits_, stop);
    const bool body_is_used = received && order->body.done();
    if (!body_is_used) order->exchange->keep_alive = false;
    if (received)
      library.run(*order->exchange);
    else
      answer_failure(*order->exchange, received.error());
    log_request(*order->exchange);
    ports_.finished.put({std::move(order->exchange), std::move(order->socket), std::move(order->input), body_is_used});
  }
}

}  // namespace platen::http
