#include "http/upload_pool.hpp"

#include <memory>

#include "http/access_log.hpp"
#include "http/answer.hpp"
#include "http/call_handler.hpp"

namespace platen::http {

namespace {

constexpr std::size_t scratch_bytes = std::size_t{128} * 1024;

void answer_failure(Exchange& exchange, const UploadFailure& failure) {
  if (failure.refusal) return answer_refusal(exchange, *failure.refusal);
  if (failure.error) return answer_problem(exchange, *failure.error);
  exchange.outcome = Abandoned{};
}

}  // namespace

UploadPool::UploadPool(const Ports& ports, const Limits& limits)
    : ports_(ports), limits_(limits), waiting_(limits.uploads) {
  for (unsigned i = 0; i < limits.upload_threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

UploadPool::~UploadPool() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void UploadPool::work(const std::stop_token& stop) {
  const auto scratch = std::make_unique_for_overwrite<char[]>(scratch_bytes);  // unused, it takes no memory
  while (auto order = waiting_.pop(stop)) {
    const auto step = carry_on(*order, ports_.store, limits_, {scratch.get(), scratch_bytes});
    const bool is_over = step != UploadStep::more;
    if (is_over) {
      if (!step || !order->body.done()) order->exchange->keep_alive = false;
      if (step)
        call_route(ports_.routes, *order->exchange);
      else
        answer_failure(*order->exchange, step.error());
      order->exchange->body_bytes = order->body.bytes();
      log_request(*order->exchange);
    }
    ports_.returned.put({*std::move(order), is_over});
  }
}

}  // namespace platen::http
