#include "worker/slots/slot.hpp"

#include <utility>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace platen::worker {

namespace {

constexpr std::size_t nonce_bytes = 16;

}  // namespace

Slot::Slot(WorkerId id, const SlotPorts& ports, SlotOptions options)
    : id_(std::move(id)), ports_(ports), options_(options), nonce_(random_hex(nonce_bytes)) {}

void Slot::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) turn(stop);
}

void Slot::turn(const std::stop_token& stop) {
  if (!ready_) {
    if (auto checked = ports_.check_ready(); !checked) return wait_out(checked.error(), stop);
    ready_ = true;
  }
  auto claim = ports_.queue.claim(id_, nonce_);
  if (!claim) return wait_out(claim.error(), stop);
  if (!*claim) {
    // A claim may have been granted that never reached us: the same nonce still asks for it.
    const auto waited = ports_.queue.wait_for_work(options_.idle_wait);
    if (!waited) return wait_out(waited.error(), stop);
    backoff_.reset();
    return;
  }
  backoff_.reset();
  nonce_ = random_hex(nonce_bytes);
  if (JobRun(ports_, options_, std::move(**claim), stop).run() == JobRun::Worker::fine) return trouble_.reset();
  ready_ = false;
  ports_.pace.pause(trouble_.next(), stop);
}

void Slot::wait_out(const Error& error, const std::stop_token& stop) {
  if (backoff_.is_fresh()) spdlog::warn("{} cannot claim jobs now: {}", id_.text, error.detail);
  ports_.pace.pause(backoff_.next(), stop);
}

}  // namespace platen::worker
